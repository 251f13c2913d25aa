import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCES = [
  'web/src/**/*',
  'web/static/**/*',
  'web/*.{ts,js,json}',
  'supabase/types/*.ts',
  'package-lock.json',
];
const STAMP = 'web/build/.sources';

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: ROOT }).sort()) {
    if (statSync(join(ROOT, file)).isFile()) hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

/** Builds the web app unless its sources are those of the build that is there. One build serves every stack. */
export async function buildWeb(): Promise<'built' | 'unchanged'> {
  const hash = sourcesHash();
  const stamp = join(ROOT, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return 'unchanged';
  try {
    await run(
      process.execPath,
      [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
      {
        cwd: join(ROOT, 'web'),
        maxBuffer: 16_000_000,
      },
    );
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`The web app could not be built:\n${(stderr + stdout).trim()}`, { cause });
  }
  writeFileSync(stamp, hash);
  return 'built';
}
