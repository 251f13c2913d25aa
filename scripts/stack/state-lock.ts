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
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new Error(
      `A stack already runs on ${stateDir} (process ${holder}). Stop it first, or choose another folder with --dir.`,
    );
  }
  writeFileSync(file, String(process.pid));
  return {
    leftBehind: holder !== undefined,
    [Symbol.dispose]: () => rmSync(file, { force: true }),
  };
}
