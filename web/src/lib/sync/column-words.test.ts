import { expect, test } from 'vitest';
import { columnLabel, columnText } from './column-words.ts';

test('a column → by the name of its field, or in words', () => {
  expect(columnLabel('signals', 'approval_status')).toBe('Status');
  expect(columnLabel('signals', 'some_other_id')).toBe('Some other');
});

test.each<[unknown, string]>([
  ['pending_review', '“Pending review”'],
  ['someday', '“someday”'],
  [true, 'yes'],
  [false, 'no'],
  [null, 'empty'],
  ['3f2b8c1e-0d4a-4f6b-9c7e-1a2b3c4d5e6f', 'a linked record'],
])('%j → %s', (value, text) => {
  expect(columnText('signals', 'approval_status', value)).toBe(text);
});
