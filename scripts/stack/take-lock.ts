import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Held until disposed. `leftBehind`: who held it before did not let go of it. */
export interface Lock extends Disposable {
  readonly leftBehind: boolean;
}

/** Somebody else, who is alive, has the lock. */
export class LockHeldError extends Error {
  override name = 'LockHeldError';
  readonly pid: number;

  constructor(file: string, pid: number) {
    super(`${file} is held by process ${pid}`);
    this.pid = pid;
  }
}

/** Locks of this process: its own pid in a file says nothing, since pids come again after a reboot. */
const held = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Takes a lock that is a file with a pid in it. A dead holder's is taken over. Throws `LockHeldError`. */
export function takeLock(file: string): Lock {
  mkdirSync(dirname(file), { recursive: true });
  const holder = holderOf(file);
  if (holder !== undefined) {
    if (held.has(file) || (holder !== process.pid && isAlive(holder))) throw new LockHeldError(file, holder);
    rmSync(file, { force: true });
  }
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new LockHeldError(file, holderOf(file) ?? 0);
  }
  held.add(file);
  return {
    leftBehind: holder !== undefined,
    [Symbol.dispose]: () => {
      held.delete(file);
      rmSync(file, { force: true });
    },
  };
}
