import { expect, test } from 'vitest';
import { checkTable } from './check.ts';

test('the table marks what failed, in columns', () => {
  expect(
    checkTable([
      { what: 'signals', expected: '400', found: '400', ok: true },
      { what: 'assigned signals', expected: '0', found: '3', ok: false },
    ]),
  ).toBe(
    [
      '          what              expected  found',
      '  ok      signals           400       400',
      '  FAILED  assigned signals  0         3',
    ].join('\n'),
  );
});
