import { expect, test } from 'vitest';
import type { EntityRow } from '../entities/entity.ts';
import { asShown, holdRows, sameOrder } from './hold-rows.ts';

const row = (id: string, title = id): EntityRow => ({
  id,
  title,
  created_at: '',
  updated_at: '',
  airtable_edited_at: null,
  received_at: null,
});
const rows = (...ids: string[]) => ids.map((id) => row(id));
const drawn = (shown: readonly { row: EntityRow; gone: boolean }[]) =>
  shown.map(({ row: { id }, gone }) => (gone ? `-${id}` : id)).join(' ');

test.each([
  ['nothing changed', ['a', 'b'], ['a', 'b'], 'a b', 0],
  ['another order', ['a', 'b', 'c'], ['c', 'a', 'b'], 'a b c', 0],
  ['a row came', ['a', 'b'], ['n', 'a', 'b'], 'a b', 1],
  ['a row came, and pushed the last to the next page', ['a', 'b'], ['n', 'a'], 'a b', 1],
  ['a row went', ['a', 'b', 'c'], ['a', 'c'], 'a -b c', 0],
  ['one went, and one came', ['a', 'b', 'c'], ['n', 'a', 'c'], 'a -b c', 1],
  ['one went, and the first of the next page moved up', ['a', 'b', 'c'], ['a', 'c', 'd'], 'a -b c', 0],
  ['the last went, and the first of the next page moved up', ['a', 'b', 'c'], ['a', 'b', 'd'], 'a b -c', 0],
  ['all are others', ['a', 'b'], ['c', 'd'], 'a b', 2],
  ['two went, and one came', ['a', 'b', 'c'], ['n', 'b'], '-a b c', 1],
])('%s → rows stay in place', (_, before, after, expected, came) => {
  const held = holdRows(asShown(rows(...before)), rows(...after), true);
  expect(drawn(held.shown)).toBe(expected);
  expect(held.came).toBe(came);
});

test.each([
  ['a row of the page before went, and its place was taken', ['a', 'b', 'c'], ['b', 'c', 'd'], 'a b c'],
  ['two did, and one of this page went too', ['a', 'b', 'c', 'd'], ['d', 'e', 'f', 'g'], 'a b c d'],
  ['a row in the middle went', ['a', 'b', 'c'], ['a', 'c', 'd'], 'a -b c'],
  ['a row of the page before was pushed here', ['a', 'b', 'c'], ['x', 'a', 'b'], 'a b c'],
])('a later page: %s → what stands on another page is not gone', (_, before, after, expected) => {
  expect(drawn(holdRows(asShown(rows(...before)), rows(...after), false).shown)).toBe(expected);
});

test('a new value of a row that stays → shown, and the rows beside it are the same objects', () => {
  const shown = asShown(rows('a', 'b'));
  const held = holdRows(shown, [row('b', 'new'), shown[0]!.row], true);
  expect(held.shown[0]).toBe(shown[0]);
  expect(held.shown[1]?.row.title).toBe('new');
});

test('the same rows in the same order → nothing waits', () => {
  expect(sameOrder(asShown(rows('a', 'b')), rows('a', 'b'))).toBe(true);
  expect(sameOrder(asShown(rows('a', 'b')), rows('b', 'a'))).toBe(false);
  expect(sameOrder(asShown(rows('a', 'b')), rows('a'))).toBe(false);
});
