import { expect, test } from 'vitest';
import { changeData, changeError, type RowJson, type TextChange } from './postgres-changes-payload.ts';
import type { Table } from './postgres-changes-table.ts';

const table: Table = {
  oid: 1,
  schema: 'public',
  name: 'notes',
  hasRls: true,
  columns: [
    { name: 'id', type: 'int8', sqlType: 'bigint', isKey: true },
    { name: 'body', type: 'text', sqlType: 'text', isKey: false },
  ],
};
const row: RowJson = new Map([
  ['id', '9007199254740993'],
  ['body', '"a"'],
]);
const change = (type: TextChange['type']): TextChange => ({
  type,
  schema: 'public',
  table: 'notes',
  oid: 1,
  committedAt: new Date('2026-11-23T10:00:00.123Z'),
  row: null,
  oldRow: null,
});
const all = (): boolean => true;
const data = (...args: Parameters<typeof changeData>): Record<string, unknown> =>
  JSON.parse(changeData(...args)) as Record<string, unknown>;

test('an insert has no old record, a delete no record, numbers keep all their digits', () => {
  const inserted = changeData(change('INSERT'), table, { row, oldRow: null }, all);
  expect(inserted).toContain('"record":{"id":9007199254740993,"body":"a"}');
  expect(inserted).not.toContain('old_record');
  expect(data(change('DELETE'), table, { row: null, oldRow: row }, all)).not.toHaveProperty('record');
});

test('an update without its old row names the key', () => {
  const updated = changeData(change('UPDATE'), table, { row, oldRow: null }, all);
  expect(updated).toContain('"old_record":{"id":9007199254740993}');
});

test('a delete shows the whole old row only where there is no RLS', () => {
  const values = { row: null, oldRow: row };
  expect(changeData(change('DELETE'), table, values, all)).not.toContain('body":"a"');
  expect(changeData(change('DELETE'), { ...table, hasRls: false }, values, all)).toContain('"body":"a"');
});

test('columns that may not be shown are in neither the record nor the list of columns', () => {
  const shown = data(change('INSERT'), table, { row, oldRow: null }, (name) => name === 'body');
  expect(shown).toMatchObject({ record: { body: 'a' }, columns: [{ name: 'body', type: 'text' }] });
  expect(shown.record).not.toHaveProperty('id');
});

test('a change over 1 MB keeps its short values and says so', () => {
  const large: RowJson = new Map([...row, ['body', `"${'x'.repeat(1_100_000)}"`]]);
  const shown = data(change('INSERT'), table, { row: large, oldRow: null }, all);
  expect(shown).toMatchObject({ errors: ['Error 413: Payload Too Large'] });
  expect(Object.keys(shown.record as object)).toEqual(['id']);
});

test('an error tells the table and nothing of the row', () => {
  expect(JSON.parse(changeError(change('UPDATE'), 'Error 401: Unauthorized'))).toEqual({
    schema: 'public',
    table: 'notes',
    commit_timestamp: '2026-11-23T10:00:00.123Z',
    type: 'UPDATE',
    columns: [],
    record: {},
    errors: ['Error 401: Unauthorized'],
  });
});
