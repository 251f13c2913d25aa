import { expect, test } from 'vitest';
import { failureWords } from './failure-words.ts';

test.each<[string, unknown]>([
  [
    'The server answered: canceling statement due to statement timeout.',
    { code: '57014', message: 'canceling statement due to statement timeout' },
  ],
  ['The server did not say why.', { code: 'XX000', message: '' }],
  [
    'The server could not be reached. Look whether this device has a network.',
    new TypeError('Failed to fetch'),
  ],
  [
    'The server could not be reached. Look whether this device has a network.',
    { code: 'PGRST001', message: 'Could not connect with the database' },
  ],
])('%s', (words, error) => {
  expect(failureWords(error)).toBe(words);
});
