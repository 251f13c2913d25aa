import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Held while a stack runs on a folder. `leftBehind`: the run before did not end by itself. */
export interface StateLock extends Disposable {
  readonly leftBehind: boolean;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Folders that this process holds: its own pid in a file says nothing, since pids come again after a reboot. */
const held = new Set<string>();

/** Two stacks on one folder would share one database's files. Throws when another one holds it. */
export function lockState(stateDir: string): StateLock {
  mkdirSync(stateDir, { recursive: true });
  const file = join(stateDir, 'stack.pid');
  let holder: number | undefined;
  try {
    holder = Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (held.has(file) || (holder !== undefined && holder !== process.pid && isAlive(holder))) {
    throw new Error(
      `A stack already runs on ${stateDir} (process ${holder}). Stop it first, or choose another folder with --dir.`,
    );
  }
  writeFileSync(file, String(process.pid));
  held.add(file);
  return {
    leftBehind: holder !== undefined,
    [Symbol.dispose]: () => {
      held.delete(file);
      rmSync(file, { force: true });
    },
  };
}
