import { expect, test } from 'vitest';
import type { EntityRow } from '../entities/entity.ts';
import { SIGNALS } from '../entities/signals.ts';
import { compareRows, isOrderKnown } from './order.ts';

const row = (id: string, columns: Partial<EntityRow>): EntityRow => ({
  id,
  created_at: '',
  updated_at: '',
  airtable_edited_at: null,
  received_at: null,
  ...columns,
});
const order = (rows: EntityRow[], field: string, descending: boolean) =>
  rows
    .toSorted(compareRows(SIGNALS, { field, descending }))
    .map(({ id }) => id)
    .join(' ');

test('an enum → by its place in the database; empty last whichever way; equal ones by id', () => {
  const rows = [
    row('d', { urgency: null }),
    row('c', { urgency: 'critical' }),
    row('b', { urgency: 'low' }),
    row('a', { urgency: 'low' }),
  ];
  expect(order(rows, 'urgency', false)).toBe('a b c d');
  expect(order(rows, 'urgency', true)).toBe('c a b d');
});

test('times → as moments, however they are written', () => {
  const rows = [
    row('b', { airtable_edited_at: '2026-11-01T10:00:00+00:00' }),
    row('a', { airtable_edited_at: '2026-11-01T09:00:00-02:00' }),
  ];
  expect(order(rows, 'airtable_edited_at', false)).toBe('b a');
});

test('the order of texts is the database’s alone', () => {
  expect(isOrderKnown(SIGNALS, { field: 'title', descending: false })).toBe(false);
  expect(isOrderKnown(SIGNALS, { field: 'urgency', descending: false })).toBe(true);
});
