import { afterEach, expect, test, vi } from 'vitest';
import { change, record } from '../queries/testing/signal-records.ts';
import { ChangeListeners } from './change-listeners.ts';
import type { LiveChange } from './live-change.ts';

const CREATED = change('signal:created', [record(1)]);
const UPDATED = change('signal:updated', [record(1)]);

afterEach(() => vi.unstubAllGlobals());

test('two who want the same, one goes → the other still hears, each thing once', () => {
  const listeners = new ChangeListeners();
  const [first, second]: [LiveChange[], LiveChange[]] = [[], []];
  const stop = listeners.add(['signal:created', 'signal:updated'], (told) => first.push(told));
  listeners.add(['signal:created'], (told) => second.push(told));
  listeners.tell(CREATED);
  stop();
  stop();
  listeners.tell(CREATED);
  listeners.tell(UPDATED);
  expect([first, second]).toEqual([[CREATED], [CREATED, CREATED]]);
});

test('the same listener from two places → hears twice, and goes from where it was stopped only', () => {
  const listeners = new ChangeListeners();
  const told: LiveChange[] = [];
  const listen = (heard: LiveChange) => told.push(heard);
  const stop = listeners.add(['signal:created'], listen);
  listeners.add(['signal:created'], listen);
  listeners.tell(CREATED);
  expect(told).toHaveLength(2);
  stop();
  listeners.tell(CREATED);
  expect(told).toHaveLength(3);
});

test('one that fails → reported, and the next hears all the same', () => {
  const reported: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  const listeners = new ChangeListeners();
  const told: LiveChange[] = [];
  listeners.add(['signal:created'], () => {
    throw new Error('broken');
  });
  listeners.add(['signal:created'], (heard) => told.push(heard));
  listeners.tell(CREATED);
  expect([told.length, reported]).toEqual([1, [new Error('broken')]]);
});
