import { expect, test } from 'vitest';
import { RateLimiter } from './rate-limiter.ts';
import { VirtualClock } from './virtual-clock.ts';

test('five calls within a second pass; the sixth starts 30 s of refusals', () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter(clock);
  const answers = Array.from({ length: 6 }, () => limiter.admit());
  expect(answers).toEqual([true, true, true, true, true, false]);
  clock.advance(29_999);
  expect(limiter.admit()).toBe(false);
  clock.advance(1);
  expect(limiter.admit()).toBe(true);
});

test('five a second, spread out, pass for ever', () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter(clock);
  for (let call = 0; call < 100; call++) {
    expect(limiter.admit()).toBe(true);
    clock.advance(200);
  }
});
