import { expect, test } from 'vitest';
import { SerialQueue } from './serial-queue.ts';

test('tasks run in order, each after the one before has ended', async () => {
  const log: string[] = [];
  const queue = new SerialQueue(() => undefined);
  const first = Promise.withResolvers<void>();
  queue.run(async () => {
    log.push('first begins');
    await first.promise;
    log.push('first ends');
  });
  queue.run(() => void log.push('second'));
  expect(log).toEqual(['first begins']);
  first.resolve();
  await new Promise<void>((resolve) => queue.run(resolve));
  expect(log).toEqual(['first begins', 'first ends', 'second']);
});

test('with nothing waiting a task runs at once', () => {
  let ran = false;
  new SerialQueue(() => undefined).run(() => void (ran = true));
  expect(ran).toBe(true);
});

test('a task that fails is reported and the next one runs', async () => {
  const errors: unknown[] = [];
  const queue = new SerialQueue((error) => errors.push(error));
  queue.run(() => Promise.reject(new Error('a')));
  queue.run(() => {
    throw new Error('b');
  });
  await new Promise<void>((resolve) => queue.run(resolve));
  expect(errors).toEqual([new Error('a'), new Error('b')]);
});

test('a task may add another while it runs; clearing forgets those not begun', async () => {
  const log: number[] = [];
  const queue = new SerialQueue(() => undefined);
  await new Promise<void>((resolve) => {
    queue.run(() => {
      queue.run(() => void log.push(2));
      log.push(1);
      queue.clear();
      queue.run(resolve);
    });
  });
  expect(log).toEqual([1]);
});
