import { expect, test } from 'vitest';
import { formatDuration, relativeTime } from './format.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const ago = (seconds: number) => relativeTime(new Date(NOW - seconds * 1000).toISOString(), NOW);

test.each([
  [-30, 'just now'],
  [0, 'just now'],
  [44, 'just now'],
  [60, '1 min ago'],
  [150, '3 min ago'],
  [3600, '1 hr ago'],
  [5 * 3600, '5 hr ago'],
  [86_400, 'yesterday'],
  [3 * 86_400, '3 days ago'],
  [7 * 86_400, '1 wk ago'],
  [15 * 86_400, '2 wk ago'],
])('%d seconds → %s', (seconds, text) => {
  expect(ago(seconds)).toBe(text);
});

test('no time → nothing, not "NaN"', () => {
  expect(relativeTime('', NOW)).toBe('');
});

test.each([
  [4.4, '4 ms'],
  [999, '999 ms'],
  [1400, '1.4 s'],
  [180_000, '3 min'],
])('%d ms → %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
