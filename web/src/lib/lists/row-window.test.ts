import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pagesOf, rowsInSight, scrollToRow } from './row-window.ts';

test('wherever a list is scrolled to → every row in sight is drawn, and few others', () => {
  const numbers = fc.record({
    top: fc.integer({ min: 0, max: 400_000 }),
    height: fc.integer({ min: 100, max: 2000 }),
    total: fc.integer({ min: 0, max: 10_000 }),
  });
  fc.assert(
    fc.property(numbers, ({ top, height, total }) => {
      const { start, end } = rowsInSight(top, height, 36, total);
      for (let row = Math.floor(top / 36); row * 36 < top + height && row < total; row++) {
        expect(row >= start && row < end).toBe(true);
      }
      expect(end - start).toBeLessThanOrEqual(Math.ceil(height / 36) + 40);
    }),
  );
});

test('rows across two pages → both are asked for', () => {
  expect(pagesOf({ start: 96, end: 140 }, 100)).toEqual([0, 1]);
  expect(pagesOf({ start: 0, end: 40 }, 100)).toEqual([0]);
  expect(pagesOf({ start: 0, end: 0 }, 100)).toEqual([]);
});

test.each([
  [0, null],
  [5, null],
  [30, 36 * 31 + 36 - 400],
])('row %d from the top of a list 400 px high → scrolled to %s', (index, top) => {
  expect(scrollToRow(index, { top: 0, height: 400, rowHeight: 36, header: 36 })).toBe(top);
});

test('a row above what is in sight → scrolled to its start', () => {
  expect(scrollToRow(2, { top: 500, height: 400, rowHeight: 36, header: 36 })).toBe(72);
});
