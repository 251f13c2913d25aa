import { AirtableError } from './airtable-error.ts';
import type { BaseReader } from './base-reader.ts';
import type { BoundTable } from './bindings.ts';
import type { Budget } from './budget.ts';
import { checkSchema } from './check-schema.ts';
import { comparable } from './compare-page.ts';
import { drainWebhook } from './drain.ts';
import type { Ports } from './ports.ts';
import type { Comparison } from './reconcile-store.ts';
import type { SourceRecord } from './records-client.ts';
import { RECORDS_A_REQUEST, UNKNOWN_FIELD } from './reread-records.ts';
import { sleep } from './retry.ts';

const LOOK_EVERY_MS = 100;
const ASK_AGAIN_AFTER_MS = 2_000;
/** Single records may be asked for meanwhile, and go first. */
const MAX_WAIT_MS = 500;

/** Looks again at records that differed, once the log has been read past the look. */
export async function settleSuspects(
  ports: Ports,
  base: BaseReader,
  comparison: Comparison,
  bound: BoundTable,
): Promise<void> {
  const { reconcile, records } = ports;
  const suspects = await reconcile.nextSuspects(comparison, RECORDS_A_REQUEST);
  if (suspects.left === 0) {
    await reconcile.close(comparison);
    return;
  }
  if (suspects.records.length === 0) {
    await sleep(Math.min(suspects.waitMs, MAX_WAIT_MS, Math.max(base.budget.leftMs, 0)));
    return;
  }
  let found: SourceRecord[];
  try {
    found = await records.readRecords(base.baseId, bound.id, [...bound.fields.keys()], suspects.records);
  } catch (error) {
    if (!(error instanceof AirtableError && error.type === UNKNOWN_FIELD)) throw error;
    await checkSchema(ports, base.baseId);
    return;
  }
  if (!(await drainPast(ports, base))) return;
  const there = new Set(found.map(({ id }) => id));
  await reconcile.settle(
    base.baseId,
    base.holder,
    comparison,
    suspects.lookedAt,
    comparable(bound, found),
    suspects.records.filter((id) => !there.has(id)),
  );
}

/** Reads the log of every webhook of the base to an end that is later than now. False when the time was over before. */
async function drainPast(ports: Ports, { baseId, budget }: BaseReader): Promise<boolean> {
  for (const webhook of await ports.store.listWebhooks())
    if (webhook.baseId === baseId && !(await drainOnePast(ports, webhook.id, budget))) return false;
  return true;
}

async function drainOnePast(ports: Ports, webhookId: string, budget: Budget): Promise<boolean> {
  const { reconcile } = ports;
  while (!budget.isOver) {
    const { state } = await drainWebhook(ports, webhookId, budget);
    if (state === 'drained') return true;
    // A successor's log begins now, and a scan is due: the suspects are looked at again after it.
    if (state !== 'held') return false;
    // Who holds it was told to look again. Told without end, they would look without end.
    const told = await reconcile.now();
    for (let waited = 0; waited < ASK_AGAIN_AFTER_MS && !budget.isOver; waited += LOOK_EVERY_MS) {
      await sleep(LOOK_EVERY_MS);
      if (await reconcile.isDrainedSince(webhookId, told)) return true;
    }
  }
  return false;
}
