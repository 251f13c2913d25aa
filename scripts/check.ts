/** `npm run check`: whatever can be found wrong without running it. Each tool uses one processor, so several run at once. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';

/** The longest first. */
const CHECKS = [
  'eslint .',
  'npm run check -w web',
  'prettier --check .',
  'tsc',
  'deno check --quiet --node-modules-dir=manual --config edge-functions/deno.json edge-functions/airtable/index.ts',
  'node scripts/gen-types.ts --check',
  'node scripts/gen-schema.ts --check',
  'node scripts/seed/write-seed-sql.ts --check',
];

async function run(command: string): Promise<void> {
  const startedAt = performance.now();
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve(code ?? 1));
  });
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  console.log(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${command}`,
  );
  if (code === 0) return;
  console.error(`${out}${err}`);
  process.exitCode = 1;
}

const waiting = [...CHECKS];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  }),
);
