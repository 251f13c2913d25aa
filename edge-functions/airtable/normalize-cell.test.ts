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
  ['signals', 'title', 7, /Title: 7 is not text/],
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
