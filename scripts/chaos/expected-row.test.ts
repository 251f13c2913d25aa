import { expect, test } from 'vitest';
import type { Cell } from '../airtable-simulator/schema.ts';
import { BAD, expectedRow, expectedValue } from './expected-row.ts';
import { MIRROR, type MirrorColumn } from './mirror-columns.ts';

const column = (rest: Partial<MirrorColumn>): MirrorColumn =>
  ({ field: 'Field', column: 'column', ...rest }) as MirrorColumn;
const choice = column({ kind: 'choice', values: ['pending_review'], whenEmpty: 'pending_review' });

test.each([
  ['text as it is', column({ kind: 'text' }), ' a ', ' a '],
  ['text without its zero characters', column({ kind: 'text' }), 'a\u0000b', 'ab'],
  ['a whole number', column({ kind: 'number' }), 12, 12],
  ['a fraction, rounded', column({ kind: 'number' }), 2.5, 3],
  ['a fraction just below 0', column({ kind: 'number' }), -0.4, 0],
  ['a negative number', column({ kind: 'number' }), -5, BAD],
  ['a number beyond what counts', column({ kind: 'number' }), 1e300, BAD],
  ['a tick', column({ kind: 'checkbox', whenEmpty: false }), true, true],
  ['no tick', column({ kind: 'checkbox', whenEmpty: false }), undefined, false],
  ['a time', column({ kind: 'dateTime' }), '2026-01-01T00:00:00.000Z', Date.UTC(2026, 0)],
  ['a known choice', choice, 'Pending review', 'pending_review'],
  ['an unknown choice', choice, 'Purple', BAD],
  ['no choice where there has to be one', choice, undefined, 'pending_review'],
  ['a free choice', column({ kind: 'choice' }), 'Purple', 'Purple'],
  ['the first of several links', column({ kind: 'link', to: 'Signals' }), ['recA', 'recB'], 'recA'],
  ['an empty cell', column({ kind: 'text' }), undefined, null],
])('%s', (_name, of, cell, expected) => {
  expect(expectedValue(of, cell as Cell | undefined)).toBe(expected);
});

test('a record with one bad cell → that column alone is left out', () => {
  const record = { id: 'recA', createdTime: '', cells: { Name: 'Town', Population: -1 } };
  const row = expectedRow(MIRROR.Organizations.columns, record, ({ field }) => field);
  expect(row.bad).toEqual(['population']);
  expect(Object.fromEntries(row.values)).toEqual({
    name: 'Town',
    kind: null,
    region: 'unassigned',
    website: null,
  });
});
