import { expect, test } from 'vitest';
import { lossOf, type Person, problemOf, type Rights, sortPeople, toldOfTeam } from './person.ts';

const person = (more: Partial<Person>): Person => ({
  user_id: 'u',
  email: 'u@civstart.test',
  display_name: null,
  role: null,
  regions: [],
  startups: [],
  created_at: '2026-11-23T10:00:00Z',
  last_sign_in_at: null,
  ...more,
});

test.each<[Partial<Person>, Omit<Rights, 'name'>, string | null]>([
  [{ role: null }, { role: 'admin', regions: ['west'] }, null],
  [{ role: 'admin', regions: ['west'] }, { role: 'admin', regions: ['west', 'south'] }, null],
  [{ role: 'admin', regions: ['west'] }, { role: 'owner', regions: [] }, null],
  [
    { role: 'admin', regions: ['west', 'south'] },
    { role: 'admin', regions: ['west'] },
    'the records of South',
  ],
  [
    { role: 'admin', regions: ['west'] },
    { role: 'viewer', regions: ['west'] },
    'the right to change anything',
  ],
  [
    { role: 'owner' },
    { role: 'admin', regions: ['northeast', 'south', 'midwest', 'west'] },
    'the records of Unassigned and the management of team, credits and sync',
  ],
])('%j made %j → loses %s', (before, after, loss) => {
  expect(lossOf(person(before), after)).toBe(loss);
});

test.each<[Rights, boolean]>([
  [{ name: 'Ann', role: 'owner', regions: [] }, true],
  [{ name: 'Ann', role: 'viewer', regions: ['west'] }, true],
  [{ name: '  ', role: 'owner', regions: [] }, false],
  [{ name: 'Ann', role: 'admin', regions: [] }, false],
])('%j → can be saved: %s', (rights, ready) => {
  expect(problemOf(rights) === null).toBe(ready);
});

test('staff, people of startups, and those who are neither', () => {
  const people = [
    person({ user_id: 'a', role: 'owner', startups: [{ id: 's', name: 'Kelp' }] }),
    person({ user_id: 'b', startups: [{ id: 's', name: 'Kelp' }] }),
    person({ user_id: 'c' }),
  ];
  const { staff, startups, others } = sortPeople(people);
  expect([staff, startups, others].map((some) => some.map(({ user_id }) => user_id))).toEqual([
    ['a'],
    ['b'],
    ['c'],
  ]);
});

test('somebody comes, or changed rights → the team is looked at; in another order → not', () => {
  const me = { user_id: 'me', rights: null };
  const ann = { user_id: 'ann', rights: null };
  const both = toldOfTeam([me, ann]);
  expect(toldOfTeam([ann, me])).toBe(both);
  expect(toldOfTeam([me])).not.toBe(both);
  expect(toldOfTeam([me, { ...ann, rights: 'now' }])).not.toBe(both);
  expect(toldOfTeam([])).toBe('');
});
