import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LockHeldError, takeLock } from './take-lock.ts';
import { createTempFolder } from './testing/temp-folder.ts';

test('taken once; free again when disposed', () => {
  using folder = createTempFolder();
  const file = join(folder.path, 'deeper', 'lock');
  const lock = takeLock(file);
  expect(lock.leftBehind).toBe(false);
  expect(() => takeLock(file)).toThrow(LockHeldError);
  lock[Symbol.dispose]();
  using again = takeLock(file);
  expect(again.leftBehind).toBe(false);
});

test('of a process that is alive → held, with its pid; of a dead one → taken over', () => {
  using folder = createTempFolder();
  const file = join(folder.path, 'lock');
  writeFileSync(file, String(process.ppid));
  expect(() => takeLock(file)).toThrow(`held by process ${process.ppid}`);

  writeFileSync(file, String(spawnSync('true').pid));
  using lock = takeLock(file);
  expect(lock.leftBehind).toBe(true);
});
