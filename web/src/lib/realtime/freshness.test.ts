import { expect, test } from 'vitest';
import { Freshness } from './freshness.ts';

test('the median of the last minute, in ms', () => {
  const freshness = new Freshness();
  for (const delay of [100, 900, 300]) freshness.add(10_000 - delay, 10_000);
  expect(freshness.p50(20_000)).toBe(300);
});

test('a minute without an edit → not known', () => {
  const freshness = new Freshness();
  freshness.add(9_000, 10_000);
  expect(freshness.p50(70_000)).toBe(1000);
  expect(freshness.p50(70_001)).toBeNull();
});

test('a clock behind the server’s → 0, not a delay from the future', () => {
  const freshness = new Freshness();
  freshness.add(11_000, 10_000);
  expect(freshness.p50(10_000)).toBe(0);
});

test('no time of the edit → not counted', () => {
  const freshness = new Freshness();
  freshness.add(Number.NaN, 10_000);
  expect(freshness.p50(10_000)).toBeNull();
});
