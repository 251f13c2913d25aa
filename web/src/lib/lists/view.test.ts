import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntityRow } from '../entities/entity.ts';
import { SIGNALS } from '../entities/signals.ts';
import { LISTS } from './lists.ts';
import type { Filter } from './list.ts';
import { matches } from './matches.ts';
import { allFilters, filterFields, plainView, readView, withFilter, writeView } from './view.ts';

const read = (search: string, list = LISTS.signals) => readView(list, new URLSearchParams(search));
const PLAIN = plainView(LISTS.signals);
const NOON = new Date(2026, 10, 23, 12).getTime();

const row: EntityRow = {
  id: '00000000-0000-4000-8000-000000000042',
  created_at: new Date(2026, 10, 1).toISOString(),
  updated_at: new Date(2026, 10, 1).toISOString(),
  airtable_edited_at: new Date(2026, 10, 20, 9).toISOString(),
  received_at: null,
  region: 'west',
  approval_status: 'approved',
  urgency: 'high',
  is_public: true,
  signal_identifier: 'SIG-0042',
  title: 'Permit backlog',
  pain_points: 'Forty days of waiting',
  organization_id: '00000000-0000-4000-8000-000000000007',
};

describe('views in the URL', () => {
  test('no query string → the plain view, and the plain view → no query string', () => {
    expect(read('')).toEqual(PLAIN);
    expect(writeView(LISTS.signals, PLAIN)).toBe('');
  });

  test('the order and the repetition of choices do not matter', () => {
    expect(read('urgency=critical,low,low')).toEqual(read('urgency=low,critical'));
  });

  test.each([
    'sort=password',
    'sort=--title',
    'sort=organization_id',
    'sort=public',
    'status=drop',
    'urgency=,,',
    'public=maybe',
    'edited=yesterday',
    'edited=0d',
    'edited=2026-13-45..',
    'edited=..',
    // No such day, and days that the reader's zone takes out of what the database counts.
    'edited=2026-02-30..',
    'edited=..9999-12-31',
    'edited=0000-01-01..',
    'edited=9999999999d',
    'q=%00',
    'q=%20',
    'nosuch=1&show=nosuch',
    'organization=1 or 1=1',
    'title=x',
  ])('%s → as if absent', (search) => {
    expect(read(search)).toEqual(PLAIN);
  });

  test.each([
    ['what it does not know beside what it does', 'urgency=low&nosuch=1&sort=-nosuch', 'urgency=low'],
    ['a value beside unknown ones', 'urgency=low,nosuch,%00', 'urgency=low'],
    ['one key twice', 'urgency=low&urgency=high', 'urgency=low'],
    ['broken escapes', 'urgency=low&q=%E0%A4%A', 'urgency=low&q=%EF%BF%BD%25A'],
    ['a text with an end that no database takes', 'q=flood%00s', 'q=floods'],
    ['a text beyond all measure', `q=${'x'.repeat(5000)}`, `q=${'x'.repeat(100)}`],
  ])('%s → what is left of it', (_, search, left) => {
    expect(read(search)).toEqual(read(left));
  });

  test('more than an address can hold → as many links as it can, and numbers that the column can', () => {
    const ids = Array.from(
      { length: 80 },
      (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    );
    const { organization_id } = read(`organization=${ids.join(',')}`).filters;
    expect(organization_id).toEqual({ kind: 'one-of', values: ids.slice(0, 50) });
    expect(read('credits=3000000000..', LISTS.startups).filters).toEqual({});
    expect(read('credits=5..999999999', LISTS.startups).filters).toEqual({
      credits: { kind: 'between', from: '5', to: '999999999' },
    });
  });

  test('what holds for every view of a list → neither offered nor taken from the URL', () => {
    expect(read('status=draft&public=no', LISTS.pool).filters).toEqual({});
    expect(allFilters(LISTS.pool, plainView(LISTS.pool))).toEqual({
      approval_status: { kind: 'one-of', values: ['approved'] },
      is_public: { kind: 'is', value: true },
    });
  });

  test('a condition taken away → the view without it', () => {
    const view = read('urgency=high&status=draft');
    expect(withFilter(view, 'urgency', null)).toEqual(read('status=draft'));
  });

  const filterOf = (field: (typeof SIGNALS.fields)[number]): fc.Arbitrary<Filter | null> => {
    const day = fc.date({ min: new Date(0), max: new Date('2030-01-01'), noInvalidDate: true });
    const end = fc.option(day.map((date) => date.toISOString().slice(0, 10)));
    const ids = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 3 }).map((list) => list.sort());
    if (field.kind === 'boolean') return fc.boolean().map((value) => ({ kind: 'is', value }));
    if (field.kind === 'link') return ids.map((values) => ({ kind: 'one-of', values }));
    if (field.kind === 'datetime') {
      return fc.oneof(
        fc.integer({ min: 1, max: 900 }).map((days) => ({ kind: 'within' as const, days })),
        fc
          .tuple(end, end)
          .map(([from, to]) => ((from ?? to) ? { kind: 'between' as const, from, to } : null)),
      );
    }
    const values = (field.choices ?? []).map(({ value }) => value);
    return fc.subarray(values, { minLength: 1 }).map((chosen) => ({ kind: 'one-of', values: chosen }));
  };

  test('any view survives the way through the URL', () => {
    const fields = filterFields(LISTS.signals);
    const filters = fc
      .tuple(...fields.map((field) => fc.option(filterOf(field))))
      .map((chosen) =>
        Object.fromEntries(
          fields.flatMap(({ key }, index) => (chosen[index] ? [[key, chosen[index]] as const] : [])),
        ),
      );
    const view = fc.record({
      filters,
      q: fc.string({ maxLength: 40 }).map((text) => text.trim()),
      sort: fc.record({
        field: fc.constantFrom(...SIGNALS.fields.filter(({ sortable }) => sortable).map(({ key }) => key)),
        descending: fc.boolean(),
      }),
    });
    fc.assert(
      fc.property(view, (shown) => {
        expect(read(writeView(LISTS.signals, shown))).toEqual(shown);
      }),
    );
  });
});

describe('a row and a view', () => {
  test.each([
    ['', true],
    ['urgency=high', true],
    ['urgency=high,low&status=approved', true],
    ['urgency=low', false],
    ['status=draft', false],
    ['q=permit', true],
    ['q=sig-0042', true],
    ['q=forty', true],
    ['q=nothing', false],
    ['public=yes', true],
    ['public=no', false],
    ['organization=00000000-0000-4000-8000-000000000007', true],
    ['organization=00000000-0000-4000-8000-000000000008', false],
    ['edited=4d', true],
    ['edited=3d', false],
    ['edited=2026-11-20..2026-11-20', true],
    ['edited=..2026-11-19', false],
    ['edited=2026-11-21..', false],
  ])('%s → %s', (search, expected) => {
    expect(matches(SIGNALS, read(search), row, NOON)).toBe(expected);
  });

  test('a row without an urgency or a time is in no list that asks for one', () => {
    expect(matches(SIGNALS, read('urgency=low'), { ...row, urgency: null })).toBe(false);
    expect(matches(SIGNALS, read('edited=900d'), { ...row, airtable_edited_at: null })).toBe(false);
  });

  test('numbers from, to and between', () => {
    const startup = { ...row, credits: 12 };
    const found = (search: string) =>
      matches(LISTS.startups.entity, readView(LISTS.startups, new URLSearchParams(search)), startup);
    expect(['credits=12..', 'credits=..12', 'credits=10..20'].map(found)).toEqual([true, true, true]);
    expect(['credits=13..', 'credits=..11'].map(found)).toEqual([false, false]);
  });
});
