import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttle } from './throttle.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('one call → runs at once, and not again', () => {
  const work = vi.fn();
  throttle(work, 2000).call();
  vi.advanceTimersByTime(10_000);
  expect(work).toHaveBeenCalledTimes(1);
});

test('a stream of calls → one run per interval while it goes on, and one after its end', () => {
  const times: number[] = [];
  const started = Date.now();
  const { call } = throttle(() => times.push(Date.now() - started), 2000);
  for (let index = 0; index < 50; index++) {
    call();
    vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(10_000);
  expect(times).toEqual([0, 2000, 4000, 6000]);
});

test('cancelled → nothing more runs', () => {
  const work = vi.fn();
  const { call, cancel } = throttle(work, 2000);
  call();
  call();
  cancel();
  vi.advanceTimersByTime(10_000);
  expect(work).toHaveBeenCalledTimes(1);
});
