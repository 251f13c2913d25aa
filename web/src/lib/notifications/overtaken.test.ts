import { expect, test } from 'vitest';
import { overtakenOf } from './overtaken.ts';

const told = { entity_id: 'a', created_at: '2026-11-24T12:00:00.100+00:00' };

test('a notification → the change of its record that was overtaken when it was told', () => {
  const others = [
    { id: 1, entity_id: 'b', done_at: '2026-11-24T12:00:00+00:00' },
    { id: 2, entity_id: 'a', done_at: '2026-11-24T11:00:00+00:00' },
  ];
  const mine = { id: 3, entity_id: 'a', done_at: '2026-11-24T12:00:00+00:00' };
  expect(overtakenOf(told, [...others, mine])).toBe(mine);
  expect(overtakenOf(told, others)).toBeUndefined();
});
