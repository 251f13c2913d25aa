import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProjectPostgres } from '../stack/testing/project-postgres.ts';
import { createLane } from './lane.ts';
import { scenarioArbitrary, type Abilities } from './operation-arbitrary.ts';
import type { Scenario } from './operation.ts';
import { runScenario } from './run-scenario.ts';

export interface ChaosOptions {
  /** Scenarios in all. */
  runs: number;
  /** The same seed makes the same scenarios; not the same moments, which the machine decides. */
  seed: number;
  /** Where a failure was found, as its report says: this one scenario again. */
  path?: string;
  lanes?: number;
  abilities?: Abilities;
  /** Let the other lanes end when one has found a failure. */
  firstOnly?: boolean;
  /** How long a failure is made shorter. */
  shrinkMs?: number;
  onScenario?: (lane: number, scenario: Scenario, seconds: number) => void;
  onFailure?: (lane: number, scenario: Scenario, error: unknown) => void;
}

/** All that the function can do. */
export const ABILITIES: Abilities = { rereads: true, recovers: true };
/** A scenario mostly waits, for a process or for a limit: more of them than processors. */
const LANES = 4;
const SHRINK_MS = 60_000;

/** Lives many random lives of a base, several at a time. Returns a report of each lane that found a failure. */
export async function runChaos(options: ChaosOptions): Promise<string[]> {
  const {
    runs,
    seed,
    path,
    abilities = ABILITIES,
    shrinkMs = SHRINK_MS,
    firstOnly = false,
    onScenario,
    onFailure,
  } = options;
  const lanes = path === undefined ? Math.min(options.lanes ?? LANES, runs) : 1;
  await using parts = new AsyncDisposableStack();
  const denoDir = mkdtempSync(join(tmpdir(), 'civstart-chaos-'));
  parts.defer(() => rmSync(denoDir, { recursive: true, force: true }));
  const postgres = parts.use(await createProjectPostgres());

  // One after the other: a template can be copied once at a time, and Deno fills its cache for all.
  const opened = [];
  for (let lane = 0; lane < lanes; lane++) opened.push(parts.use(await createLane(postgres, denoDir)));
  let failures = 0;
  const reports = await Promise.all(
    opened.map(async (lane, index) => {
      let failedAt: number | undefined;
      const property = fc.asyncProperty(scenarioArbitrary(abilities), async (scenario) => {
        const startedAt = performance.now();
        // Whatever is taken for a success now ends the search for a shorter failure.
        if (failedAt !== undefined && startedAt - failedAt > shrinkMs) return;
        if (firstOnly && failedAt === undefined && failures > 0) return;
        try {
          await runScenario(lane, scenario);
        } catch (error) {
          failedAt ??= performance.now();
          failures += 1;
          onFailure?.(index, scenario, error);
          throw error;
        }
        onScenario?.(index, scenario, (performance.now() - startedAt) / 1000);
      });
      const share = Math.floor(runs / lanes) + (index < runs % lanes ? 1 : 0);
      const details = await fc.check(property, {
        seed: seed + index,
        numRuns: share,
        ...(path === undefined ? {} : { path }),
      });
      return details.failed ? describeFailure(details) : undefined;
    }),
  );
  return reports.filter((report) => report !== undefined);
}

function describeFailure(details: fc.RunDetails<[Scenario]>): string {
  const { clockAheadMs = 0, records = 0, operations = [] } = details.counterexample?.[0] ?? {};
  const { errorInstance: error } = details;
  return [
    `npm run chaos -- --seed ${details.seed} --path ${details.counterexamplePath ?? ''}`,
    ...(clockAheadMs === 0 ? [] : [`  Airtable's clock is ${clockAheadMs} ms ahead`]),
    `  ${records} records a table at first`,
    ...operations.map((operation) => `  ${JSON.stringify(operation)}`),
    error instanceof Error ? error.message : String(error),
  ].join('\n');
}
