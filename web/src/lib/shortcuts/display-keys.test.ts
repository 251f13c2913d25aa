import { expect, test } from 'vitest';
import { displayKeys } from './display-keys.ts';

test.each([
  ['mod+k', false, [['Ctrl', 'K']]],
  ['mod+k', true, [['⌘', 'K']]],
  ['g s', false, [['G'], ['S']]],
  ['shift+ArrowDown', true, [['⇧', '↓']]],
  ['?', false, [['?']]],
])('%s (Mac: %s) → %o', (keys, mac, caps) => {
  expect(displayKeys(keys, mac)).toEqual(caps);
});
