import { expect, test } from 'vitest';
import { mapRows } from './map-rows.ts';

const rename = (id: string) => (row: Record<string, unknown>) =>
  row.id === id ? { ...row, name: 'New' } : row;

test('a row in a list, in pages, in another row → changed where it stands, the rest the same objects', () => {
  const other = { id: 'b', name: 'B' };
  const data = {
    pages: [{ rows: [{ id: 'a', name: 'A' }, other] }],
    record: { id: 'c', owner: { id: 'a', name: 'A' } },
  };
  const changed = mapRows(data, rename('a'));
  expect(changed.pages[0]!.rows[0]).toEqual({ id: 'a', name: 'New' });
  expect(changed.pages[0]!.rows[1]).toBe(other);
  expect(changed.record.owner.name).toBe('New');
});

test('no such row → the same object', () => {
  const data = { rows: [{ id: 'a', at: new Date(0) }], total: 1, none: null };
  expect(mapRows(data, rename('z'))).toBe(data);
});
