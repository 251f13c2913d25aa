import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { LockHeldError, takeLock, type Lock } from '../take-lock.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCES = [
  'web/src/**/*',
  'web/static/**/*',
  'web/*.{ts,js,json}',
  'supabase/types/*.ts',
  'package-lock.json',
];
/** One folder a build: a running server keeps the files that it was started with while the next is made. */
const BUILDS = join(ROOT, '.local/web');
const BUILDS_KEPT = 3;

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: ROOT }).sort()) {
    if (statSync(join(ROOT, file)).isFile()) hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

/** Builds the web app unless there is a build of these very sources. Resolves with its folder: one build serves every stack. */
export async function buildWeb(): Promise<string> {
  const folder = join(BUILDS, sourcesHash().slice(0, 16));
  // Two builds at once would write to one .svelte-kit.
  using _ = await waitForLock();
  if (existsSync(join(folder, 'index.js'))) return folder;
  const draft = `${folder}.${process.pid}`;
  try {
    await run(
      process.execPath,
      [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
      {
        cwd: join(ROOT, 'web'),
        // Whoever asks first, a test perhaps: the build is kept for all, and is the one that is served.
        env: { ...process.env, NODE_ENV: 'production', WEB_BUILD_DIR: draft },
        maxBuffer: 16_000_000,
      },
    );
    renameSync(draft, folder);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    const { stdout = '', stderr = '', message } = cause as Error & { stdout?: string; stderr?: string };
    throw new Error(`The web app could not be built:\n${(stderr + stdout).trim() || message}`, { cause });
  }
  removeOldBuilds();
  return folder;
}

async function waitForLock(): Promise<Lock> {
  for (;;) {
    try {
      return takeLock(join(BUILDS, 'building.pid'));
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      await delay(250);
    }
  }
}

function removeOldBuilds(): void {
  const byAge = readdirSync(BUILDS)
    .filter((name) => name !== 'building.pid')
    .map((name) => ({ path: join(BUILDS, name), at: statSync(join(BUILDS, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of byAge.slice(BUILDS_KEPT)) rmSync(path, { recursive: true, force: true });
}
