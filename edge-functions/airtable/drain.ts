import type { AirtableClient } from './airtable-client.ts';
import { foldPayloads } from './fold-payloads.ts';
import { describeError, type Log } from './log.ts';
import type { MirrorStore } from './mirror-store.ts';

/** What one drain did. `held`: somebody else is draining, and will look again. */
export interface DrainResult {
  state: 'drained' | 'held' | 'out of time';
  pages: number;
  payloads: number;
  deadLetters: number;
  rows: number;
}

export interface DrainPorts {
  store: MirrorStore;
  airtable: AirtableClient;
  log: Log;
}

/** Well within what the platform allows a function after its answer. What is left over is the next drain's. */
const BUDGET_MS = 100_000;
const LEASE_SECONDS = 60;

/**
 * Applies a webhook's payload log from the stored cursor to its end. One page is one transaction, so that a crash
 * anywhere leaves the cursor where the rows are. Rejects with what Airtable or Postgres said; the next ping or cron
 * run goes on from there.
 */
export async function drainWebhook(
  { store, airtable, log }: DrainPorts,
  webhookId: string,
): Promise<DrainResult> {
  const holder = crypto.randomUUID();
  const startedAt = performance.now();
  const result: DrainResult = { state: 'drained', pages: 0, payloads: 0, deadLetters: 0, rows: 0 };
  const lease = await store.takeLease(webhookId, holder, LEASE_SECONDS);
  if (!lease) return { ...result, state: 'held' };

  let cursor = lease.cursor;
  let bindings: Awaited<ReturnType<MirrorStore['loadBindings']>> | undefined;
  try {
    drain: do {
      let more = true;
      while (more) {
        if (performance.now() - startedAt > BUDGET_MS) {
          result.state = 'out of time';
          break drain;
        }
        const list = await airtable.listPayloads(lease.baseId, webhookId, cursor);
        if (list.payloads.length > 0) {
          bindings ??= await store.loadBindings(lease.baseId);
          const page = foldPayloads(list.payloads, list.cursor - list.payloads.length, bindings);
          const counts = await store.applyPage(webhookId, holder, cursor, list.cursor, page);
          cursor = list.cursor;
          result.pages += 1;
          result.payloads += list.payloads.length;
          result.deadLetters += page.dead_letters.length;
          result.rows += Object.values(counts).reduce((sum, n) => sum + n, 0);
          for (const dead of page.dead_letters) {
            log('warn', 'record could not be applied', {
              webhookId,
              recordId: dead.record_id,
              payload: dead.payload_number,
            });
          }
        }
        more = list.mightHaveMore;
      }
    } while (await store.releaseLease(webhookId, holder));
  } catch (error) {
    // The lease would expire by itself; letting go now lets the next ping try at once.
    await letGo(store, webhookId, holder).catch((cause: unknown) =>
      log('warn', 'lease could not be released', { webhookId, error: describeError(cause) }),
    );
    throw error;
  }
  if (result.state === 'out of time') await letGo(store, webhookId, holder);
  return result;
}

/** A lease is kept when a ping came meanwhile. Who cannot look again gives it up all the same. */
async function letGo(store: MirrorStore, webhookId: string, holder: string): Promise<void> {
  while (await store.releaseLease(webhookId, holder));
}
