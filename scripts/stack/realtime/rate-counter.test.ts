import { expect, test } from 'vitest';
import { RateCounter } from './rate-counter.ts';

test('a burst in a quiet minute passes, a lasting rate does not', () => {
  const rate = new RateCounter(100, 5000);
  for (let tick = 0; tick < 11; tick++) expect(rate.tick()).toBe(false);
  rate.add(5999);
  expect([rate.tick(), rate.exceeded, Math.round(rate.mean)]).toEqual([false, false, 100]);

  const lasting = new RateCounter(100, 5000);
  lasting.add(500);
  expect([lasting.tick(), lasting.exceeded]).toEqual([true, true]);
  lasting.add(500);
  expect([lasting.tick(), lasting.exceeded]).toEqual([false, true]);
  expect([lasting.tick(), lasting.exceeded]).toEqual([false, false]);
});

test('what happened more than twelve ticks ago is forgotten', () => {
  const rate = new RateCounter(1, 1000);
  rate.add(1_000_000);
  for (let tick = 0; tick < 12; tick++) rate.tick();
  expect(rate.exceeded).toBe(true);
  rate.tick();
  expect([rate.exceeded, rate.mean]).toEqual([false, 0]);
});
