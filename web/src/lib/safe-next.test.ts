import { expect, test } from 'vitest';
import { safeNext } from './safe-next.ts';

test.each([
  ['/signals?urgency=high', '/signals?urgency=high'],
  ['/signals#top', '/signals'],
  ['/', '/'],
  [null, '/'],
  ['', '/'],
  ['signals', '/'],
  ['//evil.test', '/'],
  ['/\\evil.test', '/'],
  ['/\t/evil.test', '/'],
  ['///evil.test', '/'],
  ['/..//evil.test', '/'],
  ['https://evil.test', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in?next=/sign-in', '/'],
  ['/no-access', '/'],
])('next=%j leads to %s', (next, path) => {
  expect(safeNext(next)).toBe(path);
});
