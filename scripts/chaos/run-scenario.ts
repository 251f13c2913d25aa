import { checkDeadLetters } from './check-dead-letters.ts';
import { checkDrift } from './drift-notices.ts';
import { checkLiveLog } from './check-live-log.ts';
import { checkOutbox } from './check-outbox.ts';
import { checkReceipts } from './check-receipts.ts';
import { checkReports } from './check-reports.ts';
import { checkRows } from './check-rows.ts';
import type { Lane } from './lane.ts';
import type { Scenario } from './operation.ts';
import { performOperation } from './perform-operation.ts';
import { quiesce } from './quiesce.ts';
import { foundBase } from './found-base.ts';
import { World } from './world.ts';

const PATIENCE_MS = 60_000;
const SHOWN_PROBLEMS = 12;
const SHOWN_LINES = 12;

/** Lives one life of a base. Throws with every way in which the mirror does not agree in the end. */
export async function runScenario(
  lane: Lane,
  { clockAheadMs, records, operations }: Scenario,
): Promise<void> {
  let doing = 'beginning';
  const late = Promise.withResolvers<never>();
  const watch = setTimeout(() => late.reject(new Error(`Does not come to an end: ${doing}`)), PATIENCE_MS);
  const live = async (): Promise<string[]> => {
    await using world = await World.create(lane, clockAheadMs);
    foundBase(world, records);
    for (const operation of operations) {
      doing = operation.do;
      await performOperation(world, operation);
    }
    doing = 'becoming quiet';
    await quiesce(world);
    doing = 'comparing';
    const problems = [
      ...(await checkRows(world)),
      ...(await checkDrift(lane.database)),
      ...(await checkReceipts(world)),
      ...(await checkDeadLetters(world)),
      ...(await checkReports(world)),
      ...(await checkOutbox(world)),
      ...(await checkLiveLog(lane.database)),
    ];
    doing = 'ending';
    return problems;
  };
  const problems = await Promise.race([late.promise, live()])
    .catch((error: unknown) => [`${doing}: ${describeError(error)}`])
    .finally(() => clearTimeout(watch));
  if (problems.length > 0) throw new Error(describe(problems, lane.lines));
}

function describe(problems: readonly string[], lines: readonly string[]): string {
  const said = lines.filter((line) => !line.includes('"level":"info"')).slice(-SHOWN_LINES);
  return [
    ...problems.slice(0, SHOWN_PROBLEMS),
    ...(problems.length > SHOWN_PROBLEMS ? [`… and ${problems.length - SHOWN_PROBLEMS} more`] : []),
    ...said.map((line) => `  the function: ${line.slice(0, 300)}`),
  ].join('\n');
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${describeError(error.cause)})`;
}
