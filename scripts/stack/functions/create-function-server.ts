import { watch } from 'node:fs';
import { dirname } from 'node:path';
import type { FunctionConfig } from '../project-config.ts';
import { FunctionRunner } from './function-runner.ts';

export interface FunctionServerOptions {
  /** As readProjectConfig gives them. */
  functions: FunctionConfig[];
  /** platformEnv and the secrets: all that the functions see. */
  env: Record<string, string>;
  /** Where Deno keeps its cache. */
  denoDir: string;
  /** Start a function anew when a file beside its import map changes. */
  watch?: boolean;
  log?: (line: string) => void;
}

/** The edge functions of the project, each in a Deno of its own. */
export interface FunctionServer extends AsyncDisposable {
  readonly names: readonly string[];
  /** Resolves when each function has listened once. */
  readonly ready: Promise<void>;
  /** Where a function answers; undefined while it does not, or when there is none of that name. */
  url(name: string): string | undefined;
  pid(name: string): number | undefined;
}

/** An editor writes a file in several steps. */
const SETTLE_MS = 80;

/** Starts all functions. They are restarted by themselves; only disposing ends them. */
export function createFunctionServer(options: FunctionServerOptions): FunctionServer {
  const { functions, env, denoDir, log = () => {} } = options;
  const runners = new Map(
    functions.map((config) => [
      config.name,
      new FunctionRunner({ config, env, denoDir, onLine: (line) => log(`${config.name}: ${line}`) }),
    ]),
  );

  const folders = new Set(options.watch ? functions.map((config) => dirname(config.importMap)) : []);
  const watchers = [...folders].map((folder) => {
    let timer: NodeJS.Timeout | undefined;
    const watcher = watch(folder, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        log('functions: files changed, starting anew');
        for (const runner of runners.values()) runner.restart();
      }, SETTLE_MS);
    });
    watcher.on('close', () => clearTimeout(timer));
    return watcher;
  });

  return {
    names: functions.map((config) => config.name),
    ready: Promise.all([...runners.values()].map((runner) => runner.ready)).then(() => {}),
    url: (name) => runners.get(name)?.url,
    pid: (name) => runners.get(name)?.pid,
    async [Symbol.asyncDispose]() {
      for (const watcher of watchers) watcher.close();
      await Promise.all([...runners.values()].map((runner) => runner[Symbol.asyncDispose]()));
    },
  };
}
