import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Poller } from './poller.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('on → every 30 s, however often it is switched on; off → never', () => {
  const work = vi.fn();
  const poller = new Poller(work, 30_000);
  poller.set(true);
  vi.advanceTimersByTime(20_000);
  poller.set(true);
  vi.advanceTimersByTime(10_000);
  expect(work).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  expect(work).toHaveBeenCalledTimes(3);
  poller.set(false);
  vi.advanceTimersByTime(300_000);
  expect(work).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});
