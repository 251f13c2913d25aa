import { expect, test } from 'vitest';
import { PresenceBudget } from './presence-budget.ts';

test('after a join → at once; after a look at a record → when it has rested', () => {
  const budget = new PresenceBudget();
  expect(budget.wait(0, true)).toBe(0);
  expect(budget.wait(0)).toBe(400);
});

test('leafing through records for ten minutes → never more than 4 calls in any 30 s', () => {
  const budget = new PresenceBudget();
  const calls: number[] = [];
  for (let now = 0; now < 600_000;) {
    now += budget.wait(now);
    budget.spend(now);
    calls.push(now);
  }
  for (const time of calls) {
    expect(calls.filter((other) => other >= time && other < time + 30_000).length).toBeLessThanOrEqual(4);
  }
  expect(calls.length).toBeGreaterThan(70);
});
