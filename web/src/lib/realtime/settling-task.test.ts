import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SettlingTask } from './settling-task.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A task whose runs end when the test says so. */
function controlled() {
  const ends: ((error?: Error) => void)[] = [];
  const done = vi.fn();
  const failed = vi.fn();
  const work = () =>
    new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  const task = new SettlingTask(work, { done, failed });
  const end = async (error?: Error) => {
    ends.at(-1)?.(error);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { task, done, failed, end, runs: () => ends.length };
}

test('asked for during a run → one more run, and done only after it', async () => {
  const { task, done, end, runs } = controlled();
  task.request();
  task.request();
  task.request();
  expect(runs()).toBe(1);
  await end();
  expect(runs()).toBe(2);
  expect(done).not.toHaveBeenCalled();
  await end();
  expect(runs()).toBe(2);
  expect(done).toHaveBeenCalledTimes(1);
});

test('failures in a row → repeated by itself, after longer and longer waits', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const { task, failed, end, runs } = controlled();
  task.request();
  const waits: number[] = [];
  for (let count = 1; count <= 6; count++) {
    await end(new Error('away'));
    expect(failed).toHaveBeenCalledTimes(count);
    const from = Date.now();
    while (runs() === count) await vi.advanceTimersByTimeAsync(500);
    waits.push(Date.now() - from);
  }
  expect(waits).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('stopped during a run → says nothing afterwards, and leaves no timer', async () => {
  const { task, done, failed, end, runs } = controlled();
  task.request();
  task.stop();
  await end(new Error('away'));
  task.request();
  expect(runs()).toBe(1);
  expect(done).not.toHaveBeenCalled();
  expect(failed).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
