import { expect, test } from 'vitest';
import { readPeople } from './presence.ts';

const at = (user_id: string, name: string, since: string) => ({ user_id, name, since, presence_ref: 'x' });

test('several pages of one person → one entry, since the first; by name', () => {
  const state = {
    u2: [at('u2', 'Wendell', '2026-11-23T10:05:00Z')],
    u1: [at('u1', 'Olivia', '2026-11-23T10:09:00Z'), at('u1', 'Olivia', '2026-11-23T10:01:00Z')],
  };
  expect(readPeople(state)).toEqual([
    { user_id: 'u1', name: 'Olivia', since: '2026-11-23T10:01:00Z' },
    { user_id: 'u2', name: 'Wendell', since: '2026-11-23T10:05:00Z' },
  ]);
});

test('what another client made up → not shown', () => {
  expect(readPeople({ u1: [{ name: 5 }, null], u2: [] })).toEqual([]);
});
