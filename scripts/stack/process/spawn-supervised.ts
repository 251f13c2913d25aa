import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What to run. `uid`/`gid` need root; `stopSignal` is sent first, SIGKILL after `graceMs`. */
export interface SupervisedOptions {
  name: string;
  command: string;
  args: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  stopSignal?: NodeJS.Signals;
  graceMs?: number;
  onLine?: (line: string) => void;
}

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A running command. Disposing stops it and waits for its end; it also ends when this process dies. */
export interface SupervisedProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Settles when the command ends, for whatever reason. Never rejects. */
  readonly exited: Promise<ProcessExit>;
}

interface Report {
  pid?: number | null;
  code?: number | null;
  signal?: NodeJS.Signals | null;
  error?: string;
}

/** Starts a command under a supervisor that ends it when this process goes, even by kill -9. Throws when it cannot be started. */
export async function spawnSupervised(options: SupervisedOptions): Promise<SupervisedProcess> {
  const { name, command, args, uid, gid, stopSignal = 'SIGTERM', graceMs = 5_000, onLine } = options;
  const cwd = options.cwd ?? process.cwd();
  const order = JSON.stringify({ command, args, cwd, stopSignal, graceMs, uid, gid });
  const supervisor = spawn(
    process.execPath,
    [fileURLToPath(new URL('supervise.ts', import.meta.url)), order],
    {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      // Its own group: a Ctrl-C in the terminal must not end the database before those who use it.
      detached: true,
    },
  );
  supervisor.stdin?.on('error', () => {});
  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => onLine?.(line));
  }

  const started = Promise.withResolvers<number>();
  const exited = Promise.withResolvers<ProcessExit>();
  createInterface({ input: supervisor.stdio[3] as Readable }).on('line', (line) => {
    const report = JSON.parse(line) as Report;
    if (typeof report.pid === 'number') started.resolve(report.pid);
    if (report.error !== undefined)
      started.reject(new Error(`${name} could not be started: ${report.error}`));
    if (report.code !== undefined) exited.resolve({ code: report.code, signal: report.signal ?? null });
  });
  supervisor.on('error', (error) => started.reject(error));
  supervisor.on('exit', (code, signal) => {
    started.reject(new Error(`${name} could not be started (its supervisor ended with ${signal ?? code})`));
    exited.resolve({ code, signal });
  });

  const pid = await started.promise;
  return {
    name,
    pid,
    exited: exited.promise,
    async [Symbol.asyncDispose]() {
      supervisor.stdin?.end();
      await exited.promise;
    },
  };
}
