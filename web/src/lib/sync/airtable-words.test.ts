import { expect, test } from 'vitest';
import { airtableWords } from './airtable-words.ts';

test.each([
  [
    'A new one could not be made: Airtable answered 403 INVALID_PERMISSIONS',
    'A new one could not be made: Airtable says that the token may not do this. Give it all its scopes, and let its owner be a creator of the base (INVALID_PERMISSIONS).',
  ],
  ['Airtable answered 502', 'Airtable has trouble of its own, and may be well again in a moment (502).'],
  ['Airtable answered 418 TEAPOT', 'Airtable answered 418 TEAPOT'],
  ['The field was deleted', 'The field was deleted'],
])('%s → %s', (reason, words) => {
  expect(airtableWords(reason)).toBe(words);
});
