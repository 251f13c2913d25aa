import type { Budget } from './budget.ts';
import { checkSchema } from './check-schema.ts';
import { drainWebhook, type DrainResult } from './drain.ts';
import { describeError } from './log.ts';
import type { KnownWebhook } from './mirror-store.ts';
import type { Ports } from './ports.ts';
import type { BaseReading } from './base-reader.ts';
import { readBase } from './read-base.ts';
import { careForBase, type Care } from './webhook-care.ts';

interface Failure {
  state: 'failed';
  error: string;
}

export interface SyncResult {
  webhooks: Record<string, DrainResult | Failure>;
  bases: Record<string, BaseReading | Failure>;
}

/** After a ping: drains the webhook, and reads what it turned out that has to be read. */
export async function syncWebhook(
  ports: Ports,
  webhookId: string,
  baseId: string,
  budget: Budget,
): Promise<SyncResult> {
  const result: SyncResult = { webhooks: {}, bases: {} };
  const drained = await drainAndLook(ports, webhookId, budget, result);
  if (drained?.state === 'replaced') await drainSuccessors(ports, baseId, budget, result);
  await readWaiting(ports, [baseId], budget, result);
  await goOnLater(ports, result);
  await tellStatus(ports);
  return result;
}

/** After an automation: drains what is bound to the base first, so that the read finds little that is new. */
export async function syncBase(ports: Ports, baseId: string, budget: Budget): Promise<SyncResult> {
  const { runs } = ports;
  const run = await runs.startRun('automation', baseId, null);
  const result: SyncResult = { webhooks: {}, bases: {} };
  await drainSuccessors(ports, baseId, budget, result);
  await readWaiting(ports, [baseId], budget, result);
  await goOnLater(ports, result);
  await tellStatus(ports);
  const reading = result.bases[baseId];
  if (reading?.state === 'failed') await runs.finishRun(run, 'failed', result, reading.error);
  else await runs.finishRun(run, isUnfinished(reading) ? 'continued' : 'succeeded', result);
  return result;
}

/**
 * Everything that is due, of every base. `log`: as it stands, without a look at the webhooks themselves. `due`: of the
 * webhooks, those that it is time to look at.
 */
export async function syncAll(
  ports: Ports,
  budget: Budget,
  look: 'all' | 'due' | 'log',
): Promise<SyncResult> {
  const { store } = ports;
  const result: SyncResult = { webhooks: {}, bases: {} };
  const due = await (look === 'due' ? store.listDueWebhooks() : store.listWebhooks());
  const cared = look === 'log' ? {} : await careForAll(ports, due, result);
  const bases = new Set(due.map(({ baseId }) => baseId));
  for (const { id, cursor, baseId } of await store.listWebhooks()) {
    if (!bases.has(baseId)) continue;
    const drained = await drainAndLook(ports, id, budget, result);
    const next = cared[id];
    // The log is empty from our cursor on, and yet Airtable has counted further: what was in between is lost.
    if (drained?.state === 'drained' && drained.payloads === 0 && next !== undefined && next > cursor)
      await closeGap(ports, id, next, budget, result);
  }
  await readWaiting(ports, undefined, budget, result);
  await goOnLater(ports, result);
  await tellStatus(ports);
  return result;
}

async function careForAll(
  ports: Ports,
  known: readonly KnownWebhook[],
  result: SyncResult,
): Promise<Care['nextPayload']> {
  const next: Care['nextPayload'] = {};
  for (const baseId of new Set(known.map((webhook) => webhook.baseId))) {
    try {
      const care = await careForBase(
        ports,
        baseId,
        known.filter((webhook) => webhook.baseId === baseId),
      );
      Object.assign(next, care.nextPayload);
    } catch (error) {
      ports.log('error', 'webhooks could not be looked after', { baseId, error: describeError(error) });
      result.bases[baseId] = { state: 'failed', error: describeError(error) };
    }
  }
  return next;
}

async function drainAndLook(
  ports: Ports,
  webhookId: string,
  budget: Budget,
  result: SyncResult,
): Promise<DrainResult | undefined> {
  try {
    const drained = await drainWebhook(ports, webhookId, budget);
    result.webhooks[webhookId] = drained;
    if (drained.schemaChanged) {
      const webhook = await ports.store.findWebhook(webhookId);
      if (webhook) await checkSchema(ports, webhook.baseId);
    }
    return drained;
  } catch (error) {
    ports.log('error', 'drain failed', { webhookId, error: describeError(error) });
    result.webhooks[webhookId] = { state: 'failed', error: describeError(error) };
    return undefined;
  }
}

async function drainSuccessors(
  ports: Ports,
  baseId: string,
  budget: Budget,
  result: SyncResult,
): Promise<void> {
  for (const webhook of await ports.store.listWebhooks()) {
    if (webhook.baseId === baseId && !(webhook.id in result.webhooks))
      await drainAndLook(ports, webhook.id, budget, result);
  }
}

async function closeGap(
  ports: Ports,
  webhookId: string,
  next: number,
  budget: Budget,
  result: SyncResult,
): Promise<void> {
  const { store } = ports;
  const holder = crypto.randomUUID();
  const lease = await store.takeLease(webhookId, holder, 15);
  if (!lease || lease.cursor >= next) {
    if (lease) await store.dropLease(webhookId, holder);
    return;
  }
  await store.noteGap(
    webhookId,
    holder,
    next,
    'Airtable has counted payloads that it does not have any more',
  );
  await store.dropLease(webhookId, holder);
  await drainAndLook(ports, webhookId, budget, result);
}

async function readWaiting(
  ports: Ports,
  only: readonly string[] | undefined,
  budget: Budget,
  result: SyncResult,
): Promise<void> {
  for (const baseId of await ports.reader.basesToRead()) {
    if (only && !only.includes(baseId)) continue;
    try {
      result.bases[baseId] = await readBase(ports, baseId, budget);
    } catch (error) {
      ports.log('error', 'base could not be read', { baseId, error: describeError(error) });
      result.bases[baseId] = { state: 'failed', error: describeError(error) };
    }
  }
}

const isUnfinished = (part: { state: string } | undefined): boolean =>
  part?.state === 'out of time' || part?.state === 'paused';

async function goOnLater(ports: Ports, result: SyncResult): Promise<void> {
  if (![...Object.values(result.webhooks), ...Object.values(result.bases)].some(isUnfinished)) return;
  try {
    await ports.handOver();
  } catch (error) {
    ports.log('warn', 'nobody could be asked to go on; cron will', { error: describeError(error) });
  }
}

/** Nothing is repeated because it could not be told. */
async function tellStatus({ status, log }: Ports): Promise<void> {
  await status
    .tell()
    .catch((error: unknown) => log('error', 'the status could not be told', { error: describeError(error) }));
}
