import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KNOWN_RACES } from './known-races.ts';
import { play } from './play.ts';
import { PEOPLE, scenarios } from './steps.ts';
import { World } from './world.ts';

/** `SCENARIOS=5000` for a long run, `SEED=…` (and `REPLAY_PATH=…`, both printed by a failure) to see it again. */
const { SCENARIOS = '200', SEED, REPLAY_PATH } = process.env;
const numRuns = Number(SCENARIOS);
const TIMEOUT_MS = 60_000 + numRuns * 1000;
/** Shrinking ends in time to say what was found. */
const SHRINKING_ENDS_MS = TIMEOUT_MS - 15_000;

let world: World;
beforeAll(async () => {
  world = await World.create(PEOPLE);
});
afterAll(async () => world[Symbol.asyncDispose]());

test.each(Object.entries(KNOWN_RACES))(
  '%s → nobody is told what they may not select, or misses what they may',
  async (_title, scenario) => play(world, scenario),
);

test(
  'what everybody may select is what everybody is told, whatever happens to rows and rights',
  async () => {
    let played = 0;
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        played++;
        await play(world, scenario);
      }),
      {
        numRuns,
        interruptAfterTimeLimit: SHRINKING_ENDS_MS,
        markInterruptAsFailure: true,
        ...(SEED ? { seed: Number(SEED) } : {}),
        ...(REPLAY_PATH ? { path: REPLAY_PATH } : {}),
      },
    );
    expect(played).toBeGreaterThanOrEqual(REPLAY_PATH ? 1 : numRuns);
  },
  TIMEOUT_MS,
);
