import { AirtableError, isMissing } from './airtable-error.ts';
import type { BoundTable } from './bindings.ts';
import { checkSchema } from './check-schema.ts';
import { foldRecords } from './fold-records.ts';
import { asError } from './log.ts';
import type { Ports } from './ports.ts';
import type { RecordPage, SourceRecord } from './records-client.ts';
import type { Scan } from './reader-store.ts';
import { UNKNOWN_FIELD } from './reread-records.ts';
import type { ScanWork } from './scan-work.ts';

const EXPIRED_ITERATOR = 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE';
/** An iterator lives for minutes and a table is read in less, unless something is wrong. */
const MAX_RESTARTS = 10;
/** Pages that may wait while one batch is being written. */
const MAX_WAITING_PAGES = 20;

/**
 * Reads a table page by page from where its scan is, and writes what has come in batches: while one is written, the
 * next pages are fetched, so that neither Airtable's limit nor Postgres waits for the other. Returns early when there
 * is other work; the offset is in Postgres by then.
 */
export async function scanTable(ports: Ports, work: ScanWork, bound: BoundTable, scan: Scan): Promise<void> {
  const { reader, records } = ports;
  const { base } = work;
  const fields = [...bound.fields.keys()];
  let startedAt = scan.state === 'running' ? scan.startedAt : null;
  startedAt ??= await reader.openIterator(scan);
  const opened = { ...scan, startedAt };
  // What is in Postgres, and what was fetched.
  let stored = scan.state === 'running' ? scan.nextOffset : null;
  let fetched = stored;
  let waiting: SourceRecord[] = [];
  let waitingPages = 0;
  let writing: Promise<void> | undefined;
  const failure: { error?: Error } = {};
  const stopIfFailed = (): void => {
    if (failure.error) throw failure.error;
  };

  const write = async (): Promise<void> => {
    const batch = waiting;
    const to = fetched;
    waiting = [];
    waitingPages = 0;
    const snapshot = { ...foldRecords(bound, batch), seen: batch.map(({ id }) => id) };
    const counts = await reader.applyScan(base.baseId, base.holder, opened, stored, to, snapshot);
    stored = to;
    base.reading.scanned += batch.length;
    base.reading.written += counts.written + counts.deleted;
    work.reporter.note(batch.length);
  };
  const writeNext = (): void => {
    writing = write().then(
      () => void (writing = undefined),
      (error: unknown) => {
        failure.error = asError(error);
        writing = undefined;
      },
    );
  };

  try {
    for (;;) {
      stopIfFailed();
      if (work.shouldYield()) break;
      const page: RecordPage = await records.listRecords(base.baseId, bound.id, fields, fetched ?? undefined);
      waiting.push(...page.records);
      waitingPages += 1;
      fetched = page.offset ?? null;
      if (fetched === null) break;
      if (waitingPages >= MAX_WAITING_PAGES) await writing;
      if (!writing) writeNext();
    }
  } catch (error) {
    await writing;
    if (await begunAnew(ports, base.baseId, scan, error)) return;
    // What was fetched need not be fetched again.
    if (!failure.error && waitingPages > 0) await write();
    throw error;
  }
  await writing;
  stopIfFailed();
  if (waitingPages > 0) await write();
}

/** True when the scan can go on from the table's first page, or was given up. */
async function begunAnew(ports: Ports, baseId: string, scan: Scan, error: unknown): Promise<boolean> {
  if (!(error instanceof AirtableError)) return false;
  const { reader, log } = ports;
  const { tableId } = scan;
  if (isMissing(error)) {
    await reader.failScan(scan, `Airtable does not show the table (${error.message})`);
    return true;
  }
  if (error.status !== 422) return false;
  const reason = error.type ?? error.message;
  const mends = reason === EXPIRED_ITERATOR || reason === UNKNOWN_FIELD;
  if (!mends || scan.restarts >= MAX_RESTARTS) {
    await reader.failScan(scan, `Airtable does not let the table be read: ${reason}`);
    return true;
  }
  log('warn', 'a scan begins its table anew', { tableId, reason });
  if (reason === UNKNOWN_FIELD) await checkSchema(ports, baseId);
  await reader.openIterator(scan);
  return true;
}
