import { expect, test } from 'vitest';
import { PresenceCalls } from './presence-calls.ts';

test('five calls within a window are allowed, and five more in the next', () => {
  const calls = new PresenceCalls({ presenceCallsPerWindow: 5, presenceWindowMs: 30_000 });
  const take = (at: number): boolean => calls.take(at);
  expect([0, 1, 2, 3, 4, 5, 30_000].map(take)).toEqual([true, true, true, true, true, false, false]);
  expect([30_001, 30_002, 30_003, 30_004, 30_005, 30_006].map(take)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
});
