import { expect, test } from 'vitest';
import { compareWords, longDay, readRange, shortDay, trendOf } from './trends.ts';

const days = Array.from({ length: 60 }, (_, n) => ({
  day: new Date(Date.UTC(2026, 8, 25 + n)).toISOString().slice(0, 10),
  signals: n < 30 ? 1 : 2,
  connections: 0,
  matches: n === 59 ? 3 : 0,
}));

test('a range → its days, their sum, the sum of as many before, and today', () => {
  const trend = trendOf(days, 'signals', 30);
  expect(trend).toMatchObject({ total: 60, before: 30, today: 2 });
  expect(trend.days).toHaveLength(30);
  expect(trend.days.at(-1)).toEqual({ day: '2026-11-23', count: 2 });
});

test.each([
  ['signals', '30 more than the 30 days before'],
  ['connections', 'As many as the 30 days before'],
  ['matches', '3 more than the 30 days before'],
] as const)('%s → %s', (measure, words) => {
  expect(compareWords(trendOf(days, measure, 30), 30)).toBe(words);
});

test('fewer than before → says so', () => {
  expect(compareWords({ days: [], total: 1, before: 5, today: 0 }, 90)).toBe(
    '4 fewer than the 90 days before',
  );
});

test.each([
  ['days=90', 90],
  ['days=7', 30],
  ['', 30],
])('the address %j → %i days', (search, range) => {
  expect(readRange(new URLSearchParams(search))).toBe(range);
});

test('a day → the same day in every zone', () => {
  expect([shortDay('2026-11-03'), longDay('2026-11-03')]).toEqual(['Nov 3', 'Tue, Nov 3']);
});
