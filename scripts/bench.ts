/**
 * `npm run bench`: measures the mirror on stacks of its own: Postgres as durable as ever, Airtable's rate limit on
 * but for the last, a scan of a large base.
 * Prints a table, and writes the same as JSON to .local/bench.json. Numbers are of this machine; ratios are what travels.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { measureBackfill } from './bench/measure-backfill.ts';
import { measureBurst } from './bench/measure-burst.ts';
import { measureFreshness } from './bench/measure-freshness.ts';
import { measureScan } from './bench/measure-scan.ts';
import type { Measured } from './bench/measured.ts';
import { createStack, type Stack } from './stack/create-stack.ts';
import { createTempFolder } from './stack/testing/temp-folder.ts';

const LOCAL = fileURLToPath(new URL('../.local/', import.meta.url));
const limited = await measure(true, async (stack) => [
  ...(await measureFreshness(stack)),
  ...(await measureBurst(stack)),
  // Of what the burst has left.
  ...(await measureBackfill(stack)),
]);
const measured = [...limited, ...(await measure(false, measureScan))];
console.table(
  Object.fromEntries(
    measured.map(({ name, value, unit }) => [name, { value: Number(value.toPrecision(3)), unit }]),
  ),
);
await mkdir(LOCAL, { recursive: true });
await writeFile(`${LOCAL}bench.json`, `${JSON.stringify(measured, null, 2)}\n`);

async function measure(rateLimit: boolean, work: (stack: Stack) => Promise<Measured[]>): Promise<Measured[]> {
  const folder = createTempFolder();
  try {
    await using stack = await createStack({
      stateDir: folder.path,
      ports: { api: 0, db: 0, airtable: 0, web: 0 },
      web: 'none',
      rateLimit,
    });
    return await work(stack);
  } finally {
    folder[Symbol.dispose]();
  }
}
