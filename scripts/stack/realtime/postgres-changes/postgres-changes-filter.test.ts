import { expect, test } from 'vitest';
import { filterSql, parseFilters } from './postgres-changes-filter.ts';

const eq = { operator: 'eq', negate: false };

test.each([
  ['', []],
  ['  ', []],
  ['id=eq.1', [{ ...eq, column: 'id', value: '1' }]],
  [
    'at=gte.2026-01-01T10:00:00.5',
    [{ column: 'at', operator: 'gte', value: '2026-01-01T10:00:00.5', negate: false }],
  ],
  ['name=eq.', [{ ...eq, column: 'name', value: '' }]],
  [
    'id=gt.0, id=lt.100',
    [
      { column: 'id', operator: 'gt', value: '0', negate: false },
      { column: 'id', operator: 'lt', value: '100', negate: false },
    ],
  ],
  [
    'state=not.in.(draft,archived)',
    [{ column: 'state', operator: 'in', value: '{draft,archived}', negate: true }],
  ],
  ['name=eq."a,b"', [{ ...eq, column: 'name', value: 'a,b' }]],
  [
    'name=eq."say \\"hi\\", you",id=eq.1',
    [
      { ...eq, column: 'name', value: 'say "hi", you' },
      { ...eq, column: 'id', value: '1' },
    ],
  ],
  ['name=eq.5"', [{ ...eq, column: 'name', value: '5"' }]],
  ['url=eq.a=b', [{ ...eq, column: 'url', value: 'a=b' }]],
])('%j → %j', (text, filters) => {
  expect(parseFilters(text)).toEqual(filters);
});

test.each([
  'undefined',
  'id=foo.1',
  'id=eq',
  'id',
  'id=eq.1,',
  'id=in.1',
  'id=is.maybe',
  'id=constructor.1',
  'id=__proto__.1',
])('%j cannot be read', (text) => {
  expect(() => parseFilters(text)).toThrow();
});

test.each([
  ['id=eq.1', '$1::text::bigint = $2::text::bigint'],
  ['id=not.eq.1', 'not ($1::text::bigint = $2::text::bigint)'],
  ['id=in.(1,2)', '$1::text::bigint = any($2::text::bigint[])'],
  ['id=isdistinct.1', '$1::text::bigint is distinct from $2::text::bigint'],
  ['id=is.null', '($1::text::bigint is null and $2::text is not null)'],
])('%s → %s', (text, sql) => {
  expect(filterSql(parseFilters(text)[0]!, 'bigint', '$1', '$2')).toBe(sql);
});
