import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FILTERS, matches, readFilters, SORTS, withFilters, writeFilters } from './signal-filters.ts';
import { STATUSES, URGENCIES } from './words.ts';

const read = (search: string) => readFilters(new URLSearchParams(search));
const row = {
  approval_status: 'approved',
  urgency: 'high',
  signal_identifier: 'SIG-0042',
  title: 'Permit backlog',
  pain_points: 'Forty days of waiting',
};

describe('filters in the URL', () => {
  test('no query string → the default view, and the default view → no query string', () => {
    expect(read('')).toEqual(DEFAULT_FILTERS);
    expect(writeFilters(DEFAULT_FILTERS)).toBe('');
  });

  test('the order and the repetition of choices do not matter', () => {
    expect(read('urgency=critical,low,low')).toEqual(read('urgency=low,critical'));
  });

  test.each([
    'page=0',
    'page=-1',
    'page=x',
    'page=1e9',
    'sort=password',
    'sort=--title',
    'status=drop',
    'urgency=,,',
  ])('%s → as if absent', (search) => {
    expect(read(search)).toEqual(DEFAULT_FILTERS);
  });

  test('changing a filter → back to the first page', () => {
    expect(withFilters(read('page=7'), { urgency: ['high'] }).page).toBe(1);
  });

  test('any view survives the way through the URL', () => {
    const view = fc.record({
      status: fc.subarray(Object.keys(STATUSES) as (keyof typeof STATUSES)[]),
      urgency: fc.subarray(Object.keys(URGENCIES) as (keyof typeof URGENCIES)[]),
      q: fc.string({ maxLength: 40 }).map((text) => text.trim()),
      sort: fc.constantFrom(...SORTS),
      descending: fc.boolean(),
      page: fc.integer({ min: 1, max: 10_000 }),
    });
    fc.assert(
      fc.property(view, (filters) => {
        expect(read(writeFilters(filters))).toEqual(filters);
      }),
    );
  });
});

describe('a row and a filter', () => {
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
  ])('%s → %s', (search, expected) => {
    expect(matches(read(search), row)).toBe(expected);
  });

  test('a row without an urgency is not in a list of any urgency', () => {
    expect(matches(read('urgency=low'), { ...row, urgency: null })).toBe(false);
  });
});
