import type { Budget } from './budget.ts';
import { isLost } from './database.ts';
import { keepLease, LEASE_SECONDS } from './lease.ts';
import { describeError } from './log.ts';
import type { Lease } from './mirror-store.ts';
import type { Ports } from './ports.ts';
import { PausedError } from './rate-limiter.ts';
import { readLog, type LogReader, type LogReading } from './read-log.ts';
import { sleep } from './retry.ts';

/** What one drain did. `held`: somebody else is draining, and will look again. `replaced`: the webhook has a successor. */
export interface DrainResult extends LogReading {
  state: 'drained' | 'held' | 'out of time' | 'paused' | 'replaced';
}

/**
 * Applies a webhook's payload log from the stored cursor to its end. One page is one transaction, so that a crash
 * anywhere leaves the cursor where the rows are. Rejects with what Airtable or Postgres said, after noting it as a
 * failed run; the next ping or cron run goes on from there.
 */
export async function drainWebhook(ports: Ports, webhookId: string, budget: Budget): Promise<DrainResult> {
  const { store, runs } = ports;
  const holder = crypto.randomUUID();
  const reading: LogReading = {
    pages: 0,
    payloads: 0,
    deadLetters: 0,
    rows: 0,
    rereads: 0,
    schemaChanged: false,
  };
  const takeLease = (): Promise<Lease | undefined> => store.takeLease(webhookId, holder, LEASE_SECONDS);
  const first = await takeLease();
  if (!first) return { ...reading, state: 'held' };

  const stopKeeping = keepLease(() => store.renewLease(webhookId, holder, LEASE_SECONDS));
  // Beside the first request, not before it: a ping to rows is measured in milliseconds.
  const starting = runs.startRun('drain', first.baseId, webhookId);
  starting.catch(() => undefined);
  try {
    let state: DrainResult['state'] | 'again' = 'again';
    // The cursor is asked for anew each time: a page whose answer was lost may have been committed all the same.
    for (let lease: Lease | undefined = first; state === 'again'; lease = await takeLease()) {
      if (lease) state = await readOnce(ports, { webhookId, holder, lease, budget, reading });
      else state = 'held';
      if (state !== 'again') break;
    }
    if (state === 'out of time' || state === 'paused') await store.dropLease(webhookId, holder);
    const counts = { ...reading, state: state };
    await runs.finishRun(
      await starting,
      state === 'drained' || state === 'replaced' ? 'succeeded' : 'continued',
      counts,
    );
    return counts;
  } catch (error) {
    // The lease would expire by itself; letting go now lets the next ping try at once.
    await store.dropLease(webhookId, holder).catch(() => undefined);
    await noteFailure(ports, starting, reading, error);
    throw error;
  } finally {
    stopKeeping();
  }
}

/** `again`: there is more, or it has to be looked whose the log is now. */
async function readOnce(ports: Ports, reader: LogReader): Promise<DrainResult['state'] | 'again'> {
  const { store } = ports;
  try {
    const state = await readLog(ports, reader);
    const pinged = state === 'drained' && (await store.releaseLease(reader.webhookId, reader.holder));
    return pinged ? 'again' : state;
  } catch (error) {
    if (isLost(error)) return 'again';
    if (!(error instanceof PausedError)) throw error;
    if (error.waitMs >= reader.budget.leftMs) return 'paused';
    await sleep(error.waitMs);
    return 'again';
  }
}

async function noteFailure(
  { runs, log }: Ports,
  starting: Promise<string>,
  counts: unknown,
  error: unknown,
): Promise<void> {
  try {
    await runs.finishRun(await starting, 'failed', counts, describeError(error));
  } catch (cause) {
    log('error', 'failed run could not be noted', { error: describeError(cause) });
  }
}
