import { setTimeout as delay } from 'node:timers/promises';
import type { World } from './world.ts';

const PATIENCE_MS = 20_000;

/** Takes all faults away, lets time pass, and drains once. Throws when the function does not manage that. */
export async function quiesce(world: World): Promise<void> {
  const { lane } = world;
  await world.sim('DELETE', 'faults');
  await lane.function.wake();
  await Promise.all(world.background);
  // Its 30 s begin when it is told, and nobody wants to wait for them.
  if (world.toldToPause) await lane.function.kill();
  await world.expireLeases();
  await drainOnce(world);
  if (world.worksInBackground) await lane.function.renew();
}

async function drainOnce(world: World): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { status, json } = await world.lane.call('/drain');
    const answer = JSON.stringify(json);
    if (status !== 200) throw new Error(`/drain answered ${status}: ${answer}`);
    if (!answer.includes('"held"')) {
      if (answer.includes('"failed"')) throw new Error(`/drain failed: ${answer}`);
      return;
    }
    if (performance.now() > until) throw new Error(`Somebody holds the lease for good: ${answer}`);
    await delay(20);
  }
}
