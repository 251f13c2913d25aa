import { AirtableError } from './airtable-error.ts';
import type { BaseReader } from './base-reader.ts';
import type { BoundTable } from './bindings.ts';
import { checkSchema } from './check-schema.ts';
import { foldRecords } from './fold-records.ts';
import type { Ports } from './ports.ts';
import type { RecordPage } from './records-client.ts';
import type { ComparedRecord, Comparison } from './reconcile-store.ts';
import { UNKNOWN_FIELD } from './reread-records.ts';

const EXPIRED_ITERATOR = 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE';
/** An iterator lives for minutes and a table is read in less, unless something is wrong. */
const MAX_RESTARTS = 10;

/** Compares the next page of a table. What differs is a suspect from then on. */
export async function compareNextPage(
  ports: Ports,
  { baseId, holder, reading }: BaseReader,
  comparison: Comparison,
  bound: BoundTable,
): Promise<void> {
  const { reconcile, records } = ports;
  const startedAt = comparison.startedAt ?? (await reconcile.open(comparison));
  let page: RecordPage;
  try {
    page = await records.listRecords(
      baseId,
      bound.id,
      [...bound.fields.keys()],
      comparison.nextOffset ?? undefined,
    );
  } catch (error) {
    await beginAnew(ports, baseId, comparison, error);
    return;
  }
  const to = page.offset ?? null;
  await reconcile.noteCompared(
    baseId,
    holder,
    { ...comparison, startedAt },
    to,
    comparable(bound, page.records),
  );
  reading.compared = (reading.compared ?? 0) + page.records.length;
}

/** Cells that cannot be stored are left out: they are dead letters, and counted as that. */
export const comparable = (bound: BoundTable, records: RecordPage['records']): ComparedRecord[] =>
  foldRecords(bound, records).changes.map(({ airtable_id, values }) => ({ airtable_id, values }));

/** Rethrows what does not end by reading the table from its first page. */
async function beginAnew(
  ports: Ports,
  baseId: string,
  comparison: Comparison,
  error: unknown,
): Promise<void> {
  if (!(error instanceof AirtableError) || error.status !== 422) throw error;
  const reason = error.type ?? error.message;
  const mends = reason === EXPIRED_ITERATOR || reason === UNKNOWN_FIELD;
  if (!mends || comparison.restarts >= MAX_RESTARTS) {
    await ports.reconcile.fail(comparison, `Airtable does not let the table be read: ${reason}`);
    return;
  }
  ports.log('warn', 'a comparison begins its table anew', { tableId: comparison.tableId, reason });
  if (reason === UNKNOWN_FIELD) await checkSchema(ports, baseId);
  await ports.reconcile.open(comparison);
}
