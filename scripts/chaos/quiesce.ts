import { setTimeout as delay } from 'node:timers/promises';
import type { World } from './world.ts';

const PATIENCE_MS = 20_000;
const DEADLOCK = '40P01';

/** Takes all faults away, lets time pass, and drains until nothing waits. Throws when the function does not manage that. */
export async function quiesce(world: World): Promise<void> {
  const { lane } = world;
  await world.sim('DELETE', 'faults');
  await lane.function.wake();
  await Promise.all(world.background);
  await world.expireLeases();
  await drain(world);
  if (world.worksInBackground) {
    await lane.function.renew();
    await drain(world);
  }
}

async function drain(world: World): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  // What is parked is tried again, and may well stay parked.
  let parkedRounds = 2;
  for (;;) {
    // First: a comparison that a drain makes waits for what is on its way.
    const pushed = await world.lane.call('/push');
    await somethingWaits(world, 0);
    await putOffComparisons(world);
    const { status, json } = await world.lane.call('/drain');
    const answer = JSON.stringify([json, pushed.json]);
    if (status !== 200) throw new Error(`/drain answered ${status}: ${answer}`);
    // A call that Airtable had refused before the faults went makes all wait a moment.
    const paused = answer.includes('asked for a pause') || answer.includes('"paused"');
    if (answer.includes('"failed"') && !paused) throw new Error(`/drain failed: ${answer}`);
    const busy = paused || answer.includes('"held"') || answer.includes('"out of time"');
    if (!busy && !(await somethingWaits(world, parkedRounds))) return;
    parkedRounds -= 1;
    if (performance.now() > until) throw new Error(`There is no end to it: ${answer}`);
    await delay(20);
  }
}

/** A comparison looks again and again, for a minute and a half, at what does not hold still. It has tests of its own. */
async function putOffComparisons(world: World): Promise<void> {
  await world.lane.database.query(
    `update airtable.reconciliations set state = 'failed', error = 'Put off' where state in ('reading', 'settling')`,
  );
}

/** Reads and writes that are to be tried again later are due at once; of what has not come back now the record is read. */
async function somethingWaits(world: World, parkedRounds: number): Promise<boolean> {
  const asked = world.lane.database.query<{ waiting: boolean }>(
    `with due as (update airtable.rereads set not_before = now() returning 1),
      sent as (update airtable.outbox set sent_at = sent_at - interval '2 minutes' where state = 'sent' returning 1),
      unsent as (update airtable.outbox set not_before = now()
        where open and (state in ('pending', 'sending') or (state = 'parked' and $1 > 0)) returning 1)
    select exists (select from due) or exists (select from sent) or exists (select from unsent) or exists (
      select from airtable.scans where state in ('pending', 'running')) as waiting`,
    [parkedRounds],
  );
  try {
    return (await asked).rows[0]?.waiting === true;
  } catch (error) {
    // It takes rows in another order than the function, which goes on.
    if (error instanceof Error && 'code' in error && error.code === DEADLOCK) return true;
    throw error;
  }
}
