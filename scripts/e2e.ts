/** `npm run test:e2e`: a whole stack of its own on free ports, and the browser's stories against it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createStack } from './stack/create-stack.ts';
import { createTempFolder } from './stack/testing/temp-folder.ts';

const WEB = fileURLToPath(new URL('../web/', import.meta.url));
const PLAYWRIGHT = fileURLToPath(new URL('../node_modules/playwright/cli.js', import.meta.url));

const folder = createTempFolder();
const lines: string[] = [];
try {
  await using stack = await createStack({
    stateDir: folder.path,
    ports: { api: 0, db: 0, airtable: 0, web: 0 },
    unsafeFast: true,
    onProgress: (part, seconds) => console.log(`  ${part.padEnd(24)} ${seconds.toFixed(1)} s`),
    onLine: (line) => lines.push(line),
  });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    spawn(process.execPath, [PLAYWRIGHT, 'test', ...process.argv.slice(2)], {
      cwd: WEB,
      stdio: 'inherit',
      env: { ...process.env, ...stack.env },
    })
      .on('error', reject)
      .on('exit', (code) => resolve(code ?? 1));
  });
  if (process.exitCode !== 0) console.error(`The stack's last lines:\n${lines.slice(-40).join('\n')}`);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${lines.slice(-40).join('\n')}`);
  process.exitCode = 1;
} finally {
  folder[Symbol.dispose]();
}
