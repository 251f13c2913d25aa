import { expect, test } from 'vitest';
import { readPreferences, writePreferences } from './preferences.ts';

const store = (entries: Record<string, string> = {}) => ({
  entries,
  getItem: (key: string) => entries[key] ?? null,
  setItem: (key: string, value: string) => void (entries[key] = value),
});

test('what is written for one person → read for them, and for nobody else', () => {
  const kept = store();
  writePreferences(kept, 'ann', { toasts: 'none', characters: false });
  expect(readPreferences(kept, 'ann')).toEqual({ toasts: 'none', characters: false });
  expect(readPreferences(kept, 'bea')).toEqual({ toasts: 'all', characters: true });
});

test.each(['', 'null', '[]', '{"toasts":"loud","characters":"yes"}', '{{'])('%j → the defaults', (text) => {
  expect(readPreferences(store({ 'settings:ann': text }), 'ann')).toEqual({
    toasts: 'all',
    characters: true,
  });
});
