import { isMissing, AirtableError } from './airtable-error.ts';
import type { FieldBinding } from './bindings.ts';
import type { Budget } from './budget.ts';
import { canaryProofs } from './canary-proofs.ts';
import { foldPayloads, laterOf } from './fold-payloads.ts';
import type { Lease } from './mirror-store.ts';
import type { Payload, PayloadList } from './payload.ts';
import type { Ports } from './ports.ts';
import { findListed, replaceWebhook } from './webhook-care.ts';

/** What was read of a log, summed up over a drain. */
export interface LogReading {
  pages: number;
  payloads: number;
  deadLetters: number;
  rows: number;
  /** Payloads that a canary has caused. */
  proofs?: number;
  /** Records that are to be read over REST now. */
  rereads: number;
  /** A field or table came, went or changed. */
  schemaChanged: boolean;
}

export interface LogReader {
  webhookId: string;
  holder: string;
  lease: Lease;
  budget: Budget;
  reading: LogReading;
}

/** Reads and applies the log from the lease's cursor on, until it ends or the time is over. */
export async function readLog(
  ports: Ports,
  reader: LogReader,
): Promise<'drained' | 'out of time' | 'replaced'> {
  const { store, airtable } = ports;
  const { webhookId, holder, lease, budget, reading } = reader;
  let { cursor, newest } = lease;
  let bindings: FieldBinding[] | undefined;
  const gap = async (to: number, reason: string): Promise<void> => {
    ports.log('warn', 'payloads were lost', { webhookId, from: cursor, to, reason });
    await store.noteGap(webhookId, holder, to, reason);
    cursor = to;
  };
  if (lease.stale) await gap(cursor, 'Nobody read the log for longer than Airtable keeps it');

  for (;;) {
    if (budget.isOver) return 'out of time';
    let list: PayloadList;
    try {
      list = await airtable.listPayloads(lease.baseId, webhookId, cursor);
    } catch (error) {
      const next = await whereToGoOn(ports, reader, error);
      if (next === undefined) return 'replaced';
      await gap(next, 'Airtable does not take the cursor any more');
      continue;
    }
    const first = list.cursor - list.payloads.length;
    // Airtable has forgotten payloads, or never had as many as we have read.
    if (first > cursor || list.cursor < cursor)
      await gap(Math.min(first, list.cursor), 'The log does not go on where it ended');

    const fresh = list.payloads.slice(cursor - first);
    const dead = fresh.findIndex((payload) => payload.error === true);
    const usable = dead === -1 ? fresh : fresh.slice(0, dead);
    if (usable.length > 0) {
      bindings ??= await store.loadBindings(lease.baseId);
      const canary = { proofs: canaryProofs(usable), schemaChanged: usable.some(changesSchema) };
      const page = { ...foldPayloads(usable, cursor, bindings, newest), canary };
      const counts = await store.applyPage(webhookId, holder, cursor, cursor + usable.length, page);
      cursor += usable.length;
      newest = usable.map(({ timestamp }) => timestamp).reduce(laterOf, newest);
      if (canary.proofs.length > 0) reading.proofs = (reading.proofs ?? 0) + canary.proofs.length;
      if (canary.schemaChanged) {
        reading.schemaChanged = true;
        bindings = undefined;
      }
      count(reading, usable.length, page.dead_letters.length, counts);
      ports.log('info', 'page committed', { webhookId, cursor, payloads: usable.length, counts });
      for (const letter of page.dead_letters) {
        const { record_id: recordId, payload_number: payload } = letter;
        ports.log('warn', 'record could not be applied', { webhookId, recordId, payload });
      }
    }
    if (dead !== -1) {
      await replaceWebhook(
        ports,
        webhookId,
        holder,
        `The webhook died (${fresh[dead]?.code ?? 'no reason given'})`,
      );
      return 'replaced';
    }
    if (!list.mightHaveMore) return 'drained';
  }
}

/** The cursor to go on from where Airtable refuses ours; undefined when the webhook had to be replaced. */
async function whereToGoOn(
  ports: Ports,
  { webhookId, holder, lease }: LogReader,
  error: unknown,
): Promise<number | undefined> {
  const badCursor = error instanceof AirtableError && error.status === 422;
  if (!badCursor && !isMissing(error)) throw error;
  const listed = await findListed(ports, lease.baseId, webhookId);
  if (!listed) {
    await replaceWebhook(ports, webhookId, holder, 'Airtable does not know the webhook any more');
    return undefined;
  }
  if (!badCursor) throw error;
  return listed.cursorForNextPayload;
}

function count(reading: LogReading, payloads: number, letters: number, counts: Record<string, number>): void {
  const { rereads = 0, ...rows } = counts;
  reading.pages += 1;
  reading.payloads += payloads;
  reading.deadLetters += letters;
  reading.rereads += rereads;
  reading.rows += Object.values(rows).reduce((sum, n) => sum + n, 0);
}

const changesSchema = (payload: Payload): boolean =>
  (payload.destroyedTableIds ?? []).length > 0 ||
  'createdTablesById' in payload ||
  Object.values(payload.changedTablesById ?? {}).some(
    (table) => table.createdFieldsById ?? table.changedFieldsById ?? table.destroyedFieldIds,
  );
