import { expect, test } from 'vitest';
import type { EntityRow } from '../entities/entity.ts';
import { freshnessSteps, summarise } from './freshness-steps.ts';

const AT = Date.parse('2026-11-23T16:02:11Z');
const iso = (ms: number) => new Date(AT + ms).toISOString();
const row = (change: Partial<EntityRow> = {}): EntityRow => ({
  id: 'a',
  created_at: iso(-1e9),
  updated_at: iso(120),
  airtable_edited_at: iso(0),
  received_at: iso(90),
  ...change,
});
const said = (...args: Parameters<typeof freshnessSteps>) =>
  summarise(freshnessSteps(...args))
    .replace(/\d+:\d+:\d+ [AP]M/g, 'T')
    .replace(/[A-Z][a-z]{2} \d+, /, '');

test('it came while the page was open → the whole way, each stop after the one before', () => {
  const arrival = { at: iso(120), fromAirtable: true, shown: AT + 180 };
  expect(freshnessSteps(row(), arrival, AT).map(({ label, after }) => [label, after])).toEqual([
    ['Edited in Airtable', ''],
    ['Received', '+90 ms'],
    ['Saved', '+30 ms'],
    ['On your screen', '+60 ms'],
  ]);
  expect(said(row(), arrival, AT)).toBe('Edited T in Airtable, on your screen 180 ms later');
});

test('it was there when the page was opened → as far as it was received', () => {
  expect(said(row(), null, AT)).toBe('Edited T in Airtable, received 90 ms later');
});

test('changed here after an edit in Airtable → from the change', () => {
  const arrival = { at: iso(1000), fromAirtable: false, shown: AT + 1040 };
  expect(said(row({ updated_at: iso(1000) }), arrival, AT)).toBe(
    'Changed here T, on your screen 40 ms later',
  );
});

test('a clock that is behind → 0 ms, not less', () => {
  expect(said(row(), { at: iso(120), fromAirtable: true, shown: AT - 50 }, AT)).toBe(
    'Edited T in Airtable, on your screen 0 ms later',
  );
});
