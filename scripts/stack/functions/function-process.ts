import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { spawnSupervised, type SupervisedProcess } from '../process/spawn-supervised.ts';
import type { FunctionConfig } from '../project-config.ts';
import { denoPath } from './deno.ts';

export interface FunctionProcessOptions {
  config: FunctionConfig;
  /** All that the function gets to see of an environment. */
  env: Record<string, string>;
  /** Deno's cache; kept between runs for a faster start. */
  denoDir: string;
  onLine: (line: string) => void;
}

/** A function that answers at `url`. Disposing lets it finish what it has begun. */
export interface FunctionProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly exited: SupervisedProcess['exited'];
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BOOTSTRAP = fileURLToPath(new URL('bootstrap.ts', import.meta.url));
const LISTENING = /^listening on port (\d+)$/;
const START_LIMIT_MS = 30_000;
/** For requests and background work that are under way; the platform gives a function less than that in all. */
const GRACE_MS = 15_000;

/** Starts a function in Deno and waits for it to listen. Rejects with its last words when it does not. */
export async function startFunctionProcess(
  options: FunctionProcessOptions,
  signal: AbortSignal,
): Promise<FunctionProcess> {
  const { config, env, denoDir, onLine } = options;
  const port = Promise.withResolvers<number>();
  const lastWords: string[] = [];
  const deno = await spawnSupervised({
    name: `The function ${config.name}`,
    command: denoPath(),
    args: [
      'run',
      '--quiet',
      '--no-prompt',
      '--no-lock',
      // From what npm ci installed: nothing to download, and the versions of package-lock.json. As a flag and
      // not in deno.json, which the platform reads too and where there is no such folder.
      '--node-modules-dir=manual',
      `--config=${config.importMap}`,
      '--allow-net',
      '--allow-env',
      // CommonJS packages read their own files.
      `--allow-read=${[dirname(config.importMap), resolve(ROOT, 'supabase/types'), resolve(ROOT, 'node_modules')].join()}`,
      BOOTSTRAP,
      pathToFileURL(config.entrypoint).href,
    ],
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DENO_DIR: denoDir,
      DENO_NO_UPDATE_CHECK: '1',
      NO_COLOR: '1',
      ...env,
    },
    stopSignal: 'SIGTERM',
    graceMs: GRACE_MS,
    onLine: (line) => {
      const listening = LISTENING.exec(line)?.[1];
      if (listening !== undefined) {
        port.resolve(Number(listening));
        return;
      }
      if (lastWords.length < 20) lastWords.push(line);
      onLine(line);
    },
  });

  const giveUp = (): void =>
    port.reject(new Error(`did not listen within ${START_LIMIT_MS / 1000} s: does it call Deno.serve?`));
  for (const reason of [signal, AbortSignal.timeout(START_LIMIT_MS)]) {
    reason.addEventListener('abort', giveUp, { once: true });
    if (reason.aborted) giveUp();
  }
  void deno.exited.then(() => port.reject(new Error(lastWords.join('\n') || 'ended without a word')));
  try {
    return {
      url: `http://127.0.0.1:${await port.promise}`,
      pid: deno.pid,
      exited: deno.exited,
      [Symbol.asyncDispose]: () => deno[Symbol.asyncDispose](),
    };
  } catch (error) {
    await deno[Symbol.asyncDispose]();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
