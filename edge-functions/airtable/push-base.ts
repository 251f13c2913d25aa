import { AirtableError, QuotaError } from './airtable-error.ts';
import type { Budget } from './budget.ts';
import { isLost } from './database.ts';
import { keepLease, LEASE_SECONDS } from './lease.ts';
import { asError, describeError } from './log.ts';
import type { Ports } from './ports.ts';
import { pushBatch } from './push-batch.ts';
import type { BasePush, Pusher } from './pusher.ts';
import { PausedError } from './rate-limiter.ts';
import { readBase } from './read-base.ts';
import { sleep } from './retry.ts';

export const RECORDS_A_CLAIM = 50;
/** So long, in all, is waited for what falls due soon: an entry that waits for another may wait for ever. */
const PATIENCE_MS = 3_000;
/** How often it is tried whether a quota that is used up is back. */
export const QUOTA_WAIT_MS = 3_600_000;
const LONGEST_WAIT_MS = 300_000;

/** Sends what is due of every base. */
export async function pushAll(ports: Ports, budget: Budget): Promise<Record<string, BasePush>> {
  const result: Record<string, BasePush> = {};
  for (const baseId of await ports.outbox.basesToPush())
    result[baseId] = await pushBase(ports, baseId, budget);
  return result;
}

/** Sends a base's outbox, one process at a time, and reads again what turned out otherwise than it was sent. */
export async function pushBase(ports: Ports, baseId: string, budget: Budget): Promise<BasePush> {
  const { reader, runs, outbox, log } = ports;
  const holder = crypto.randomUUID();
  const lease = `push ${baseId}`;
  const push: BasePush = { state: 'pushed', written: 0, refused: 0 };
  if (!(await reader.takeReader(lease, holder, LEASE_SECONDS))) return { ...push, state: 'held' };
  const run = await runs.startRun('push', baseId, null);
  const stopKeeping = keepLease(async () => void (await reader.renewReader(lease, holder, LEASE_SECONDS)));
  const pusher: Pusher = { baseId, holder, push, waitedMs: 0 };
  try {
    do {
      await sendAll(ports, pusher, budget);
    } while (push.state === 'pushed' && (await reader.releaseReader(lease, holder)));
  } catch (error) {
    if (isLost(error)) push.state = 'held';
    else {
      push.state = 'failed';
      push.error = describeError(error);
      log('error', 'the outbox could not be sent', { baseId, error: push.error });
    }
  } finally {
    stopKeeping();
    while (await reader.releaseReader(lease, holder).catch(() => false));
  }
  const ended = push.state === 'pushed' || push.state === 'held';
  await runs.finishRun(
    run,
    push.state === 'failed' ? 'failed' : ended ? 'succeeded' : 'continued',
    push,
    push.error,
  );
  await reader.announce('ops', 'airtable:outbox:changed', await outbox.counts());
  if (!budget.isOver && (await reader.basesToRead()).includes(baseId)) await readBase(ports, baseId, budget);
  return push;
}

async function sendAll(ports: Ports, pusher: Pusher, budget: Budget): Promise<void> {
  const { outbox } = ports;
  const { baseId, holder, push } = pusher;
  await outbox.begin(baseId, holder);
  for (;;) {
    if (budget.isOver) {
      push.state = 'out of time';
      return;
    }
    const claim = await outbox.claim(baseId, holder, RECORDS_A_CLAIM);
    if (!claim) {
      const due = await outbox.nextDueMs(baseId);
      if (due === undefined || due > Math.min(PATIENCE_MS - pusher.waitedMs, budget.leftMs)) return;
      pusher.waitedMs += due + 1;
      await sleep(due + 1);
      continue;
    }
    try {
      await pushBatch(ports, pusher, claim);
    } catch (error) {
      if (isLost(error)) throw error;
      const rowIds = claim.rows.map(({ rowId }) => rowId);
      const reason = describeError(error);
      if (error instanceof QuotaError) {
        await outbox.release(baseId, holder, undefined, { ms: QUOTA_WAIT_MS, reason, parked: true });
        return;
      }
      if (error instanceof PausedError) {
        await outbox.release(baseId, holder, rowIds, { ms: error.waitMs, reason });
        if (error.waitMs < budget.leftMs) continue;
        push.state = 'paused';
        return;
      }
      await outbox.release(baseId, holder, rowIds, { ms: waitAfter(claim.rows[0]?.attempts ?? 1), reason });
      if (!(error instanceof AirtableError)) throw asError(error);
      ports.log('warn', 'a batch of the outbox is tried again', {
        baseId,
        tableId: claim.tableId,
        error: reason,
      });
    }
  }
}

/** Doubles from try to try, and takes a random part of it. */
function waitAfter(attempts: number): number {
  return Math.min(LONGEST_WAIT_MS, 400 * 2 ** Math.min(attempts - 1, 20)) * (0.5 + Math.random() / 2);
}
