import { describe, expect, test } from 'vitest';
import { columnOf, type MirroredTable } from './mapping.ts';
import { normalizeCell } from './normalize-cell.ts';

const normalize = (table: MirroredTable, column: string, cell: unknown) =>
  normalizeCell(columnOf(table, column)!, cell);

describe('both cell forms become the same value', () => {
  test.each([
    ['signals', 'urgency', 'High', { id: 'sel1', name: 'High', color: 'red' }, 'high'],
    [
      'signals',
      'approval_status',
      'Pending review',
      { id: 'sel2', name: 'Pending review' },
      'pending_review',
    ],
    ['startups', 'sector', 'Water', { id: 'sel3', name: 'Water' }, 'Water'],
    ['signals', 'organization_id', ['recA'], [{ id: 'recA', name: 'Tucson' }], 'recA'],
    ['signals', 'title', 'Flood', 'Flood', 'Flood'],
    ['organizations', 'population', 1200, 1200, 1200],
    ['signals', 'is_public', true, true, true],
    [
      'interactions',
      'occurred_at',
      '2026-01-01T10:00:00.000Z',
      '2026-01-01T10:00:00.000Z',
      '2026-01-01T10:00:00.000Z',
    ],
  ] as const)('%s.%s', (table, column, rest, webhook, value) => {
    expect(normalize(table, column, rest)).toBe(value);
    expect(normalize(table, column, webhook)).toBe(value);
  });
});

test.each([null, undefined, '', [], false])('%j means cleared', (cell) => {
  for (const column of ['title', 'urgency', 'organization_id', 'is_public']) {
    expect(normalize('signals', column, cell)).toBeNull();
  }
});

test.each([
  [
    'signals',
    'urgency',
    { name: 'Urgent' },
    /Urgency: "Urgent" is not a choice that the mirror knows \(low, medium/,
  ],
  ['signals', 'title', { label: 'x' }, /Title: {"label":"x"} is not text/],
  ['signals', 'signal_identifier', 'x'.repeat(301), /at most 300 characters/],
  ['signals', 'title', { specialValue: 'NaN' }, /Title: the formula’s error NaN is not text/],
  ['organizations', 'population', -1, /a number of at least 0/],
  ['organizations', 'population', 1e300, /a number of at least 0/],
  ['signals', 'urgency', ['Low', 'High'], /is not a choice/],
  ['interactions', 'occurred_at', '2026-13-01', /is not a date/],
  ['interactions', 'occurred_at', 'March 7', /is not a date/],
  ['interactions', 'occurred_at', 7, /is not a date/],
  ['signals', 'title', 'x'.repeat(100_001), /at most 100000 characters/],
  ['organizations', 'population', 'many', /Population: "many" is not a number/],
  ['organizations', 'population', Number.NaN, /is not a number/],
  ['interactions', 'occurred_at', 'yesterday', /is not a date/],
  ['signals', 'organization_id', [{ id: 'appNope' }], /is not a list of linked records/],
  ['signals', 'is_public', { error: '#ERROR' }, /is not a checkbox/],
] as const)('%s.%s of a wrong kind → refused in plain words', (table, column, cell, message) => {
  expect(() => normalize(table, column, cell)).toThrow(message);
});

test('the zero character, which Postgres cannot store, is left out', () => {
  expect(normalize('signals', 'title', 'a\u0000b')).toBe('ab');
});

describe('fields of every type, in both forms', () => {
  const user = { id: 'usrA', email: 'a@b.c', name: 'Ada' };
  test.each([
    ['date', 'interactions', 'occurred_at', '2026-01-05', '2026-01-05', '2026-01-05T00:00:00.000Z'],
    [
      'dateTime',
      'interactions',
      'occurred_at',
      '2026-01-05T10:00:00.000Z',
      '2026-01-05T10:00:00Z',
      '2026-01-05T10:00:00.000Z',
    ],
    ['number with decimals', 'organizations', 'population', 12.4, 12.4, 12],
    ['multipleSelects', 'startups', 'sector', ['Water'], [{ id: 'selA', name: 'Water' }], 'Water'],
    ['collaborator', 'startups', 'summary', user, { ...user, permissionLevel: 'edit' }, 'Ada'],
    [
      'createdBy without a name',
      'startups',
      'summary',
      { id: 'usrA', email: 'a@b.c' },
      { id: 'usrA', email: 'a@b.c' },
      'a@b.c',
    ],
    ['autoNumber', 'signals', 'signal_identifier', 17, 17, '17'],
    ['barcode', 'signals', 'signal_identifier', { text: '0042' }, { text: '0042', type: 'upce' }, '0042'],
    [
      'lookup of text',
      'signals',
      'title',
      ['North', 'South'],
      { linkedRecordIds: ['recB', 'recA'], valuesByLinkedRecordId: { recA: ['South'], recB: ['North'] } },
      'North, South',
    ],
    [
      'lookup of a select',
      'signals',
      'urgency',
      ['High'],
      { linkedRecordIds: ['recA'], valuesByLinkedRecordId: { recA: [{ id: 'selA', name: 'High' }] } },
      'high',
    ],
    [
      'lookup of a number',
      'organizations',
      'population',
      [5],
      { linkedRecordIds: ['recA'], valuesByLinkedRecordId: { recA: [5] } },
      5,
    ],
    ['formula that counts', 'signals', 'is_public', 1, 1, true],
    [
      'several links',
      'signals',
      'organization_id',
      ['recA', 'recB'],
      [
        { id: 'recA', name: 'A' },
        { id: 'recB', name: 'B' },
      ],
      'recA',
    ],
  ] as const)('%s', (_, table, column, rest, webhook, value) => {
    expect(normalize(table, column, rest)).toBe(value);
    expect(normalize(table, column, webhook)).toBe(value);
  });
});

test('half a surrogate pair, which Postgres cannot store, is replaced; whole ones stay', () => {
  expect(normalize('signals', 'title', 'a\ud83db 🌊 مرحبا')).toBe('a\ufffdb 🌊 مرحبا');
});
