/**
 * `npm run chaos -- --seed N --runs 1000`: random lives of a base with random faults, until one of them leaves the
 * mirror different from the base. What failed once is repeated with the `--seed` and `--path` of its report.
 */
import { parseArgs } from 'node:util';
import { runChaos } from './chaos/run-chaos.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string', default: '100' },
    path: { type: 'string' },
    lanes: { type: 'string' },
    'shrink-seconds': { type: 'string' },
    first: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const number = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`--${name}: ${text} is not a whole number`);
  return value;
};

const seed = values.seed === undefined ? Date.now() % 2 ** 31 : number('seed', values.seed);
const runs = number('runs', values.runs);
console.log(`${runs} scenarios, seed ${seed}`);
const startedAt = performance.now();
let done = 0;
const reports = await runChaos({
  seed,
  runs,
  ...(values.path === undefined ? {} : { path: values.path }),
  ...(values.lanes === undefined ? {} : { lanes: number('lanes', values.lanes) }),
  ...(values['shrink-seconds'] === undefined
    ? {}
    : { shrinkMs: number('shrink-seconds', values['shrink-seconds']) * 1000 }),
  firstOnly: values.first,
  onScenario: (lane, { operations }, seconds) => {
    done += 1;
    if (values.verbose)
      console.log(`${done} lane ${lane}: ${operations.length} operations, ${seconds.toFixed(2)} s`);
    else if (done % 50 === 0) console.log(`${done} done`);
  },
  onFailure: (lane, { operations }, error) => {
    if (values.verbose) console.log(`lane ${lane} failed, ${operations.length} operations: ${String(error)}`);
  },
});
console.log(`${done} agreed after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
for (const report of reports) console.error(`\n${report}`);
process.exit(reports.length > 0 ? 1 : 0);
