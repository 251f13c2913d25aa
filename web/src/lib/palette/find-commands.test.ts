import { expect, test } from 'vitest';
import type { Shortcut } from '../shortcuts/shortcut.ts';
import { findCommands } from './find-commands.ts';

let id = 0;
const command = (label: string, more: Partial<Shortcut> = {}): Shortcut => ({
  id: id++,
  keys: [],
  strokes: [],
  label,
  group: 'Everywhere',
  words: '',
  when: () => true,
  inInputs: false,
  repeat: false,
  palette: true,
  run: () => undefined,
  ...more,
});

const all = [
  command('Use the dark theme', { words: 'night appearance' }),
  command('Signals', { group: 'Go to' }),
  command('Signal pool', { group: 'Go to' }),
  command('Approve', { group: 'This page' }),
  command('Next row', { group: 'This page', palette: false }),
  command('Undo', { when: () => false }),
];
const found = (text: string) =>
  findCommands(all, text).map(({ name, commands }) => [name, commands.map(({ label }) => label)]);

test('no text → everything that can be done now, this page first, then where to go', () => {
  expect(found('')).toEqual([
    ['This page', ['Approve']],
    ['Go to', ['Signals', 'Signal pool']],
    ['Everywhere', ['Use the dark theme']],
  ]);
});

test.each([
  ['sig po', [['Go to', ['Signal pool']]]],
  ['GO SIG', [['Go to', ['Signals', 'Signal pool']]]],
  ['night', [['Everywhere', ['Use the dark theme']]]],
  ['ark', []],
])('%s → %j', (text, groups) => {
  expect(found(text)).toEqual(groups);
});

test('two of the same name → the newer one', () => {
  const older = command('Export', { group: 'This page' });
  const newer = command('Export', { group: 'This page' });
  expect(findCommands([older, newer], 'exp')[0]?.commands).toEqual([newer]);
});
