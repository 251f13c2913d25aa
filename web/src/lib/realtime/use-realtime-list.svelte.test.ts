import { QueryClient } from '@tanstack/svelte-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { change, record } from '../queries/testing/signal-records.ts';
import { Toasts } from '../toasts.svelte.ts';
import type { LiveChange } from './live-change.ts';
import { FakeLive } from './testing/fake-live.svelte.ts';
import { type RealtimeListOptions, useRealtimeList } from './use-realtime-list.ts';

const KEYS = [['signals', 'rows'], ['metrics']] as const;
const CREATED = change('signal:created', [record(1)]);
const UPDATED = change('signal:updated', [record(1)]);

let queries: QueryClient;
let toasts: Toasts;
let live: FakeLive;
let refetched: string[];

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient();
  toasts = new Toasts();
  live = new FakeLive(queries, toasts);
  refetched = [];
  vi.spyOn(queries, 'invalidateQueries').mockImplementation(({ queryKey } = {}) => {
    refetched.push(String(queryKey));
    return Promise.resolve();
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const use = (options: Partial<RealtimeListOptions> = {}) =>
  live.mount(() => useRealtimeList({ queryKeys: KEYS, events: ['signal:created'], ...options }));
const texts = () => toasts.shown.map(({ text }) => text);

test('queryKeys, events → each key when one of the events comes, none for others, none once it is left', () => {
  const leave = use();
  live.tell(UPDATED);
  expect(refetched).toEqual([]);
  live.tell(CREATED);
  expect(refetched).toEqual(['signals,rows', 'metrics']);
  live.tell(CREATED);
  leave();
  live.tell(CREATED);
  vi.advanceTimersByTime(60_000);
  expect(refetched).toHaveLength(2);
});

test('onEvent → every change, as it was applied', () => {
  const heard: LiveChange[] = [];
  use({ events: ['signal:created', 'signal:updated'], onEvent: (told) => heard.push(told) });
  live.tell(CREATED, UPDATED, UPDATED);
  expect(heard).toEqual([CREATED, UPDATED, UPDATED]);
});

test('autoRefresh: false → heard, and nothing is fetched again', () => {
  const heard: LiveChange[] = [];
  use({ autoRefresh: false, onEvent: (told) => heard.push(told) });
  live.tell(CREATED);
  vi.advanceTimersByTime(60_000);
  expect([heard.length, refetched]).toEqual([1, []]);
});

test.each([
  ['not given → once a second', {}, 1000],
  ['5000 → once in five seconds', { updateInterval: 5000 }, 5000],
])('updateInterval, %s, and once after the last change', (_, options, interval) => {
  use({ queryKeys: [['signals']], ...options });
  live.tell(CREATED, CREATED);
  expect(refetched).toHaveLength(1);
  vi.advanceTimersByTime(interval - 1);
  live.tell(CREATED);
  expect(refetched).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(refetched).toHaveLength(2);
  vi.advanceTimersByTime(60_000);
  expect(refetched).toHaveLength(2);
});

test('enableToasts → the words of `toast`; none for null, for what was missed, and without the option', () => {
  const toast = ({ envelope }: LiveChange) => (envelope.event === 'signal:created' ? 'A signal came' : null);
  const leave = use({ events: ['signal:created', 'signal:updated'], toast });
  live.tell(CREATED);
  expect(texts()).toEqual([]);
  leave();
  use({ events: ['signal:created', 'signal:updated'], toast, enableToasts: true });
  live.tell(UPDATED, { ...CREATED, live: false });
  expect(texts()).toEqual([]);
  live.tell(CREATED);
  expect(texts()).toEqual(['A signal came']);
});

test('toastGroup → one message for all that come together, by rows', () => {
  const toastGroup = { group: 'new', several: (count: number) => `${count} came` };
  use({ enableToasts: true, toast: () => 'Some came', toastGroup });
  live.tell(change('signal:created', [record(1), record(2), record(3)]), CREATED);
  expect(texts()).toEqual(['4 came']);
});
