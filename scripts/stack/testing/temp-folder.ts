import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempFolder extends Disposable {
  readonly path: string;
}

/** A folder that goes with the test. Open to all, so that Postgres may use it also when the tests run as root. */
export function createTempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'civstart-'));
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
