import { expect, test } from 'vitest';
import { refusalOf } from './refusal.ts';

const error = (code: string, message: string, details: string | null = null, hint: string | null = null) => ({
  code,
  message,
  details,
  hint,
});

test.each([
  [
    error('42501', 'Viewers may look but not act', null, 'Ask an owner to make you an admin.'),
    'Viewers may look but not act. Ask an owner to make you an admin.',
  ],
  [error('P0001', 'No step', 'NOT_A_STEP'), 'No step.'],
  [error('', 'TypeError: Failed to fetch'), 'The database was not reached. Try again in a moment.'],
  [error('PGRST001', 'Postgres is not running'), 'The database was not reached. Try again in a moment.'],
  [error('23514', 'violates check'), 'The database refused it: violates check.'],
  [new Error('The operation timed out'), 'The database was not reached. Try again in a moment.'],
])('%o → what happened and what to do', (thrown, text) => {
  expect(refusalOf(thrown).text).toBe(text);
});

test('a value that makes no sense → the field it is about', () => {
  const refusal = refusalOf(error('22023', '‘x’ is no date', 'occurred_at', 'Choose a date and a time.'));
  expect(refusal).toMatchObject({ field: 'occurred_at', gone: false });
});

test('a row that is gone → gone; a link to one that is gone → the field', () => {
  expect(refusalOf(error('P0002', 'There is no such signal'))).toMatchObject({ gone: true, field: null });
  expect(refusalOf(error('P0002', 'There is no such contact', 'contact_id'))).toMatchObject({
    gone: false,
    field: 'contact_id',
  });
});

test('a conflict → each field with both values; details that cannot be read → none', () => {
  const conflict = { field: 'title', yours: 'a', theirs: 'b', base: 'c' };
  const refused = (details: string) => refusalOf(error('PT409', 'Somebody else changed this', details));
  expect(refused(JSON.stringify([conflict])).conflicts).toEqual([conflict]);
  expect(refused('not JSON').conflicts).toEqual([]);
});
