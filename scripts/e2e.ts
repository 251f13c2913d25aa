/**
 * `npm run test:e2e`: the browser's stories against whole stacks of their own on free ports. `-- <part of a path>` runs
 * the stories of those files alone.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createStack } from './stack/create-stack.ts';
import type { StackEnv } from './stack/stack-env.ts';
import { createTempFolder, quickestFolder } from './stack/testing/temp-folder.ts';

const WEB = fileURLToPath(new URL('../web/', import.meta.url));
const PLAYWRIGHT = fileURLToPath(new URL('../node_modules/playwright/cli.js', import.meta.url));

/** Stories change the base of their stack, so every worker has one. Of two, one waits while the other works. */
const WORKERS = 2;

const filters = process.argv.slice(2);
const lines: string[] = [];

async function startStack(resources: AsyncDisposableStack): Promise<StackEnv> {
  const folder = resources.use(createTempFolder(quickestFolder()));
  const stack = await createStack({
    stateDir: folder.path,
    ports: { api: 0, db: 0, airtable: 0, web: 0 },
    unsafeFast: true,
    onProgress: (part, seconds) => console.log(`  ${part.padEnd(24)} ${seconds.toFixed(1)} s`),
    onLine: (line) => lines.push(line),
  });
  return resources.use(stack).env;
}

function runStories(stacks: readonly StackEnv[]): Promise<number> {
  return new Promise((resolve, reject) => {
    spawn(process.execPath, [PLAYWRIGHT, 'test', ...filters], {
      cwd: WEB,
      stdio: 'inherit',
      env: { ...process.env, STACKS: JSON.stringify(stacks) },
    })
      .on('error', reject)
      .on('exit', (code) => resolve(code ?? 1));
  });
}

try {
  await using resources = new AsyncDisposableStack();
  const stacks: StackEnv[] = [];
  // One after the other: the first builds the page, and the second finds it.
  while (stacks.length < (filters.length > 0 ? 1 : WORKERS)) stacks.push(await startStack(resources));
  process.exitCode = await runStories(stacks);
  if (process.exitCode !== 0) console.error(`The stacks' last lines:\n${lines.slice(-40).join('\n')}`);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${lines.slice(-40).join('\n')}`);
  process.exitCode = 1;
}
