import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimiter, PausedError } from './rate-limiter.ts';

test('whatever the arrivals, no window holds more calls than allowed, and order is kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 800 }), { maxLength: 60 }), async (gaps) => {
      let clock = 0;
      const passed: number[] = [];
      let wait: number;
      const limiter = createRateLimiter({
        calls: 5,
        perMs: 1000,
        now: () => clock,
        sleep: (ms) => {
          wait = ms;
          return Promise.resolve();
        },
      });
      for (const gap of gaps) {
        clock += gap;
        wait = 0;
        await limiter.take();
        passed.push(clock + wait);
      }
      for (let i = 5; i < passed.length; i++)
        expect(passed[i]! - passed[i - 5]!).toBeGreaterThanOrEqual(1000);
      expect(passed).toEqual([...passed].sort((a, b) => a - b));
    }),
  );
});

test('paused → refused with the seconds left, until the pause is over', async () => {
  let clock = 0;
  const limiter = createRateLimiter({ calls: 5, perMs: 1000, now: () => clock });
  limiter.pause(30_000);
  clock = 12_000;
  await expect(limiter.take()).rejects.toThrow(PausedError);
  await expect(limiter.take()).rejects.toThrow(/18 s of it are left/);
  clock = 30_000;
  await limiter.take();
});
