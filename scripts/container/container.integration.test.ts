import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../stack/free-port.ts';
import { createTempFolder } from '../stack/testing/temp-folder.ts';
import { buildWeb } from '../stack/web/build-web.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NOBODY = 65_534;
/** Another build may be under way, and this one waits for it. */
const BUILD_MS = 300_000;

/** What the image has: the build, and the packages that `npm ci --omit=dev` leaves for it. */
async function layOut(app: string): Promise<void> {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dependencies?: Record<string, string>; optional?: boolean }>;
  };
  const wanted = Object.keys(lock.packages.web?.dependencies ?? {});
  for (const name of wanted) {
    const path = `node_modules/${name}`;
    const entry = lock.packages[path];
    if (!entry) throw new Error(`${name} is not at the top of node_modules`);
    cpSync(join(ROOT, path), join(app, path), { recursive: true, dereference: true });
    for (const dependency of Object.keys(entry.dependencies ?? {}))
      if (!wanted.includes(dependency)) wanted.push(dependency);
  }
  mkdirSync(join(app, 'web'), { recursive: true });
  cpSync(join(ROOT, 'web/package.json'), join(app, 'web/package.json'));
  cpSync(await buildWeb(), join(app, 'web/build'), { recursive: true });
}

test(
  'started as the container starts it, by a user without rights, with the documented variables → healthy, ends on SIGTERM',
  async () => {
    using folder = createTempFolder();
    await layOut(folder.path);
    chmodSync(folder.path, 0o755);
    const port = await freePort();
    const server = spawn(process.execPath, ['web/build'], {
      cwd: folder.path,
      ...(process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
      env: {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: String(port),
        PUBLIC_SUPABASE_URL: 'http://127.0.0.1:1',
        PUBLIC_SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_none',
        SHUTDOWN_TIMEOUT: '2',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(server, 'exit') as Promise<[number | null, string | null]>;
    let words = '';
    server.stdout.on('data', (chunk: Buffer) => (words += chunk.toString()));
    server.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    try {
      // There is nothing to await: a server says only by answering that it answers.
      while (!(await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null))) {
        if (server.exitCode !== null) throw new Error(`It ended: ${words}`);
        await delay(50);
      }
      const health = await fetch(`http://127.0.0.1:${port}/healthz`);
      expect([health.status, await health.text()]).toEqual([200, 'ok']);
      const page = await fetch(`http://127.0.0.1:${port}/sign-in`);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-security-policy')).toContain("connect-src 'self' http://127.0.0.1:1");
    } finally {
      server.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  },
  BUILD_MS,
);
