import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempFolder extends Disposable {
  readonly path: string;
}

const MEMORY = '/dev/shm';
/** A container may have no more than 64 MB there; a test server with its log takes a gigabyte at most. */
const ENOUGH_BYTES = 4e9;

/** Memory where there is plenty of it: a database is 600 files, and a disk's file system is slow to make and unmake them. */
export function quickestFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ENOUGH_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** A folder that goes with the test. Open to all, so that Postgres may use it also when the tests run as root. */
export function createTempFolder(parent = tmpdir()): TempFolder {
  const path = mkdtempSync(join(parent, 'civstart-'));
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
