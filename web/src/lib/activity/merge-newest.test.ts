import { expect, test } from 'vitest';
import type { ActivityLine } from './activity-line.ts';
import type { ActivityPage } from './activity-page.ts';
import { missingFrom, withNewest } from './merge-newest.ts';

const page = (ids: number[], names = {}): ActivityPage => ({
  lines: ids.map((id) => ({ id }) as ActivityLine),
  names,
});
const ids = (pages: ActivityPage[] | null) => pages?.map(({ lines }) => lines.map(({ id }) => id));

test('newer lines → at the top of the first page, with their names', () => {
  const merged = withNewest([page([8, 7], { a: 'A' }), page([5])], page([9, 8, 7], { b: 'B' }), 3);
  expect(ids(merged)).toEqual([[9, 8, 7], [5]]);
  expect(merged?.[0]?.names).toEqual({ a: 'A', b: 'B' });
});

test('a line that was committed after a newer one → in its place', () => {
  expect(ids(withNewest([page([9, 7])], page([9, 8, 7]), 3))).toEqual([[9, 8, 7]]);
});

test('older than what is shown → not news', () => {
  expect(missingFrom([page([9, 7])], page([9, 7, 6]))).toEqual([]);
});

test('a whole look of new lines → something may lie between', () => {
  expect(withNewest([page([5])], page([9, 8, 7]), 3)).toBeNull();
});

test('lines that messages made → in their place what the database noted', () => {
  expect(ids(withNewest([page([-2, -1, 7]), page([5])], page([9, 8, 7]), 3))).toEqual([[9, 8, 7], [5]]);
  expect(missingFrom([page([-2, -1])], page([9, 8]))).toHaveLength(2);
});

test('nothing was there → all of them', () => {
  expect(ids(withNewest([page([])], page([3, 2, 1]), 3))).toEqual([[3, 2, 1]]);
});
