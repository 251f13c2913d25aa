import { expect, test } from 'vitest';
import { isFiltered, NO_FILTERS, readActivityFilters, writeActivityFilters } from './activity-filters.ts';

const read = (search: string) => readActivityFilters(new URLSearchParams(search));
const PERSON = 'c1000000-0000-4000-8000-000000000001';

test.each(['', '?entity=contact,signal&action=updated', `?source=airtable&person=${PERSON}`])(
  '%j → read and written as it was',
  (search) => {
    expect(writeActivityFilters(read(search))).toBe(search);
  },
);

test.each(['entity=planets', 'action=', 'person=1,or(x)', 'source=nowhere,'])(
  '%s → no condition',
  (search) => {
    expect(read(search)).toEqual(NO_FILTERS);
    expect(isFiltered(read(search))).toBe(false);
  },
);

test('the same in another order, or twice → the same view', () => {
  expect(read('entity=signal,contact,signal')).toEqual(read('entity=contact,signal'));
});
