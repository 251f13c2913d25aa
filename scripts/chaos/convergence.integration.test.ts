import { expect, test } from 'vitest';
import { runChaos } from './run-chaos.ts';

/** Fixed, so that a run says something about the change that it is for; `npm run chaos` takes another each time. */
const SEED = 20_261_123;
const RUNS = 100;

test(
  'whatever happens on the way → in the end Postgres is the base, and was told once',
  { timeout: 600_000 },
  async () => {
    const reports = await runChaos({ seed: SEED, runs: RUNS });
    expect(reports, reports.join('\n\n')).toEqual([]);
  },
);
