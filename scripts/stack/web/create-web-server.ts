import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawnSupervised, type SupervisedProcess } from '../process/spawn-supervised.ts';

const WEB = fileURLToPath(new URL('../../../web/', import.meta.url));
const VITE = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url));

export interface WebServerOptions {
  port: number;
  /** The build's folder; none for Vite's development server with hot reload. */
  build: string | undefined;
  /** The app's own variables. */
  env: Record<string, string>;
  onLine?: (line: string) => void;
}

/** The web app as a process of its own: the build as it runs in a container, or the development server. */
export interface WebServer extends AsyncDisposable {
  readonly url: string;
  readonly exited: SupervisedProcess['exited'];
}

const START_TIMEOUT_MS = 60_000;

/** Starts the app and resolves when it answers. Rejects with its last words when it does not. */
export async function createWebServer(options: WebServerOptions): Promise<WebServer> {
  const { build } = options;
  const url = `http://127.0.0.1:${options.port}`;
  const lines: string[] = [];
  const server = await spawnSupervised({
    name: 'The web app',
    command: process.execPath,
    args:
      build === undefined
        ? [VITE, 'dev', '--host', '127.0.0.1', '--port', String(options.port), '--strictPort']
        : [join(build, 'index.js')],
    cwd: WEB,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: build === undefined ? 'development' : 'production',
      HOST: '127.0.0.1',
      PORT: String(options.port),
      ...options.env,
    },
    onLine: (line) => {
      lines.push(line);
      if (lines.length > 50) lines.shift();
      options.onLine?.(line);
    },
  });

  let ended = false;
  void server.exited.then(() => (ended = true));
  const deadline = Date.now() + START_TIMEOUT_MS;
  // There is nothing to await: a server says only by answering that it answers.
  while (!(await answers(`${url}/healthz`))) {
    if (ended || Date.now() > deadline) {
      await server[Symbol.asyncDispose]();
      throw new Error(`The web app did not start:\n${lines.slice(-10).join('\n')}`);
    }
    await delay(50);
  }
  return { url, exited: server.exited, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}
