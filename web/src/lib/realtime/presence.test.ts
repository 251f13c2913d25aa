import { expect, test } from 'vitest';
import { readPeople } from './presence.ts';

const at = (user_id: string, name: string, since: string, place?: unknown, rights?: unknown) => ({
  user_id,
  name,
  since,
  at: place,
  rights,
  presence_ref: 'x',
});
const SIGNAL = { entity: 'signals', id: '4db3907c-cdd0-5777-b6ad-faadbc2b7839' };
const STARTUP = { entity: 'startups', id: '7084e2ea-9ca0-52cc-9c57-f28e1af8b3a6' };

test('several pages of one person → one entry, since the first, at all of their records; by name', () => {
  const state = {
    u2: [at('u2', 'Wendell', '2026-11-23T10:05:00Z', null)],
    u1: [
      at('u1', 'Olivia', '2026-11-23T10:09:00Z', SIGNAL),
      at('u1', 'Olivia', '2026-11-23T10:01:00Z', STARTUP),
    ],
  };
  expect(readPeople(state)).toEqual([
    { user_id: 'u1', name: 'Olivia', since: '2026-11-23T10:01:00Z', at: [STARTUP, SIGNAL], rights: null },
    { user_id: 'u2', name: 'Wendell', since: '2026-11-23T10:05:00Z', at: [], rights: null },
  ]);
});

test('what another client made up → not shown', () => {
  expect(readPeople({ u1: [{ name: 5 }, null], u2: [] })).toEqual([]);
});

test.each([
  { entity: 'signals', id: 'javascript:alert(1)' },
  { entity: '<b>', id: SIGNAL.id },
  { ...SIGNAL, id: 5 },
  'signals',
])('a place such as %j → nowhere, and the person is still here', (place) => {
  const [person] = readPeople({ u1: [at('u1', 'Olivia', '2026-11-23T10:01:00Z', place)] });
  expect(person).toMatchObject({ name: 'Olivia', at: [] });
});

test('more than the id of a record → left behind', () => {
  const [person] = readPeople({ u1: [at('u1', 'Olivia', 'x', { ...SIGNAL, title: 'Secret' })] });
  expect(person?.at).toEqual([SIGNAL]);
});

test('rights were changed on one of their pages → when that was last', () => {
  const since = '2026-11-23T10:01:00Z';
  const [person] = readPeople({
    u1: [
      at('u1', 'Olivia', since),
      at('u1', 'Olivia', since, null, '2026-11-23T11:00:00Z'),
      at('u1', 'Olivia', since, null, 5),
    ],
  });
  expect(person?.rights).toBe('2026-11-23T11:00:00Z');
});
