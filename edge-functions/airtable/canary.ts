import { AirtableError, isPassing, QuotaError } from './airtable-error.ts';
import { findCanaryPlace, type CanaryPlace } from './canary-place.ts';
import { createNonce } from './canary-proofs.ts';
import { describeError } from './log.ts';
import type { Ports } from './ports.ts';
import { QUOTA_WAIT_MS } from './push-base.ts';
import { PausedError } from './rate-limiter.ts';
import { retry } from './retry.ts';

/** How a round began; that it came back, the payload log says. `held`: somebody else flies it, or it was switched off. */
export type Flight = 'sent' | 'held' | 'paused' | 'failed';

/** What is in the way is of the base's own making, and said in plain words. */
class PlaceError extends Error {
  override name = 'PlaceError';
}

/** So long at most is waited for a turn: a round that begins later is not the one that was noted. */
const FRESH_MS = 20_000;

/** Flies what is due. Never rejects: nothing else may fail because of a canary. */
export async function flyCanaries(ports: Ports): Promise<Record<string, Flight>> {
  const flights: Record<string, Flight> = {};
  try {
    for (const baseId of await ports.canary.due()) {
      flights[baseId] = await flyCanary(ports, baseId);
      await ports.canary.tell();
    }
  } catch (error) {
    ports.log('error', 'a canary could not fly', { error: describeError(error) });
  }
  return flights;
}

async function flyCanary(ports: Ports, baseId: string): Promise<Flight> {
  const { canary, log } = ports;
  const round = await canary.take(baseId);
  if (!round) return 'held';
  const flight = { baseId, nonce: createNonce(), sent: false };
  try {
    const place = round.place ?? (await findPlace(ports, baseId));
    const recordId = round.place && round.recordId;
    return await write(ports, flight, place, recordId).catch(async (error: unknown) => {
      if (!isRefusal(error)) throw error;
      // The record was deleted, or its table, or the field is another one now.
      return write(ports, flight, await findPlace(ports, baseId, place), null);
    });
  } catch (error) {
    const outOfQuota = error instanceof QuotaError;
    const isPause = error instanceof AirtableError && error.status === 429 && !outOfQuota;
    if (error instanceof PausedError || isPause) {
      await canary.postpone(baseId, error instanceof PausedError ? error.waitMs : 0);
      return 'paused';
    }
    const reason = reasonOf(error);
    log('warn', 'a canary did not fly', { baseId, error: reason });
    await canary.fail(baseId, flight.sent ? flight.nonce : null, reason, outOfQuota ? QUOTA_WAIT_MS : 0);
    return 'failed';
  }
}

/** Writes the nonce into the record, or into the first of the table, or makes one. */
async function write(
  { canary, records, log }: Ports,
  flight: { baseId: string; nonce: string; sent: boolean },
  { tableId, fieldId }: CanaryPlace,
  knownId: string | null,
): Promise<Flight> {
  const { baseId, nonce } = flight;
  const id = knownId ?? (await records.listRecords(baseId, tableId, [fieldId])).records[0]?.id ?? null;
  if (!(await canary.send(baseId, nonce, id))) return 'held';
  flight.sent = true;
  const record = { ...(id !== null && { id }), fields: { [fieldId]: nonce } };
  // Written twice it is the same value, and a record that was made is found by it.
  const options = { mergeOn: id === null ? fieldId : undefined, freshUntil: performance.now() + FRESH_MS };
  const [written] = await retry(() => records.writeRecords(baseId, tableId, [record], options), {
    attempts: 3,
    firstWaitMs: 400,
    retries: isPassing,
  });
  if (written) await canary.noteRecord(baseId, nonce, written.id);
  log('info', 'a canary flew', { baseId });
  return 'sent';
}

async function findPlace(
  { airtable, canary }: Ports,
  baseId: string,
  before?: CanaryPlace,
): Promise<CanaryPlace> {
  const fields = (await airtable.listFields(baseId)).map((field) => ({
    tableId: field.table_id,
    tableName: field.table_name ?? '',
    fieldId: field.field_id,
    fieldName: field.name ?? '',
    type: field.type,
  }));
  const found = findCanaryPlace(fields, before);
  await canary.place(baseId, 'problem' in found ? null : found);
  if ('problem' in found) throw new PlaceError(found.problem);
  return found;
}

const isRefusal = (error: unknown): boolean =>
  error instanceof AirtableError && [403, 404, 422].includes(error.status);

function reasonOf(error: unknown): string {
  const reason = describeError(error);
  const mayNotWrite = error instanceof AirtableError && (error.status === 401 || error.status === 403);
  return mayNotWrite ? `${reason}. Does the token have the scope data.records:write?` : reason;
}
