import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Toasts } from './toasts.svelte.ts';

let toasts: Toasts;
const texts = () => toasts.shown.map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  toasts = new Toasts();
});
afterEach(() => vi.useRealTimers());

test('news of one group while one is shown → one message that counts', () => {
  const several = (count: number) => `${count} new signals`;
  for (const title of ['Floods', 'Potholes', 'Queues'])
    toasts.say(`New: ${title}`, { group: 'new', several });
  expect(texts()).toEqual(['3 new signals']);
  vi.advanceTimersByTime(6001);
  toasts.say('New: Noise', { group: 'new', several });
  expect(texts()).toEqual(['New: Noise']);
});

test('news of many at once, then of one more → as many as there are', () => {
  const several = (count: number) => `${count} new signals`;
  toasts.say(several(5), { group: 'new', several, of: 5 });
  toasts.say('New: Noise', { group: 'new', several });
  expect(texts()).toEqual(['6 new signals']);
});

test('more than three → the oldest goes', () => {
  for (const text of ['a', 'b', 'c', 'd']) toasts.say(text);
  expect(texts()).toEqual(['b', 'c', 'd']);
});

test('while the reader is at them → none goes; after → each in its time', () => {
  toasts.say('a');
  toasts.hold(true);
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(['a']);
  toasts.hold(false);
  vi.advanceTimersByTime(6001);
  expect(texts()).toEqual([]);
});

test('what the reader does → one message at a time; those before can still be undone, newest first, once', () => {
  const undone: string[] = [];
  toasts.done('first', () => undone.push('first'));
  toasts.done('second', () => undone.push('second'));
  toasts.say('news');
  expect(texts()).toEqual(['second', 'news']);
  expect([toasts.undoLast(), toasts.undoLast(), toasts.undoLast()]).toEqual([true, true, false]);
  expect(undone).toEqual(['second', 'first']);
  toasts.done('third', () => undone.push('third'));
  vi.advanceTimersByTime(5 * 60_000 + 1);
  expect(toasts.undoLast()).toBe(false);
});

test('set to one’s own → no news; set to none → only what was refused or can be undone', () => {
  toasts.level = 'mine';
  toasts.say('news');
  toasts.done('mine');
  expect(texts()).toEqual(['mine']);
  toasts.dismiss(toasts.shown[0]!.id);
  toasts.level = 'none';
  toasts.done('mine');
  toasts.refuse('refused');
  toasts.done('undoable', () => {});
  expect(texts()).toEqual(['refused', 'undoable']);
});
