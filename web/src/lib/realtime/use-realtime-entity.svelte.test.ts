import { QueryClient } from '@tanstack/svelte-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import type { EntityRow } from '../entities/entity.ts';
import { STARTUPS } from '../entities/startups.ts';
import { LISTS } from '../lists/lists.ts';
import { listQueries } from '../queries/list-queries.ts';
import { change, record, row, viewOf } from '../queries/testing/signal-records.ts';
import { Toasts } from '../toasts.svelte.ts';
import { FakeLive } from './testing/fake-live.svelte.ts';
import type { RealtimeOptions } from './use-realtime-list.ts';
import { useRealtimeRows } from './use-realtime-rows.ts';
import { useRealtimeSignals } from './use-realtime-signals.ts';

const PAGE = listQueries.page(LISTS.signals, viewOf(''), 0).queryKey;
const LOW = listQueries.page(LISTS.signals, viewOf('urgency=low'), 0).queryKey;
const LOW_COUNT = listQueries.count(LISTS.signals, viewOf('urgency=low')).queryKey;
const ALL_COUNT = listQueries.count(LISTS.signals, viewOf('')).queryKey;
const ASSIGNED = { ...change('signal:created', []).envelope, event: 'signal:assigned' } as Envelope;

let queries: QueryClient;
let toasts: Toasts;
let live: FakeLive;

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient();
  queries.setQueryData(PAGE, [row(record(1)), row(record(2))]);
  queries.setQueryData(LOW, [row(record(1)), row(record(2))]);
  queries.setQueryData(LOW_COUNT, 2);
  queries.setQueryData(ALL_COUNT, 2);
  toasts = new Toasts();
  live = new FakeLive(queries, toasts);
});
afterEach(() => vi.useRealTimers());

const use = (options?: RealtimeOptions) => live.mount(() => useRealtimeSignals(options));
const texts = () => toasts.shown.map(({ text }) => text);
const urgencies = (key: readonly unknown[]) =>
  queries.getQueryData<EntityRow[]>(key)!.map(({ urgency }) => urgency);
/** Which of the cached answers are to be asked for again. */
const asked = () => [PAGE, LOW, LOW_COUNT, ALL_COUNT].map((key) => queries.getQueryState(key)!.isInvalidated);
const TITLE = change('signal:updated', [record(1, { title: 'New' })]);
const URGENCY = change('signal:updated', [record(1, { urgency: 'high' })]);
const TRUNCATED = { ...URGENCY, envelope: { ...URGENCY.envelope, records: undefined, truncated: true } };

test('a change → in every list, its cell marked, and nothing asked for that the message decides', () => {
  use();
  live.tell(TITLE);
  expect(queries.getQueryData<EntityRow[]>(PAGE)![0]!.title).toBe('New');
  expect(queries.getQueryData<EntityRow[]>(LOW)![0]!.title).toBe('New');
  expect(live.recent.mark(record(1).id, 'title')).toBe('odd');
  expect(asked()).toEqual([false, false, false, false]);
});

test('a row that leaves a filter → out of that list, whose count alone is asked for again', () => {
  use();
  live.tell(URGENCY);
  expect([urgencies(PAGE), urgencies(LOW)]).toEqual([['high', 'low'], ['low']]);
  expect(asked()).toEqual([false, false, true, false]);
});

test('a change that says too little → the pages that it may be on, and their counts', () => {
  use();
  live.tell(TRUNCATED);
  expect(asked()).toEqual([true, true, true, true]);
});

test('autoRefresh: false → shown and marked, and nothing is asked for again', () => {
  use({ autoRefresh: false });
  live.tell(URGENCY);
  vi.advanceTimersByTime(60_000);
  expect(urgencies(PAGE)).toEqual(['high', 'low']);
  expect(live.recent.mark(record(1).id, 'urgency')).toBe('odd');
  expect(asked()).toEqual([false, false, false, false]);
});

test('updateInterval → what is not decided is asked for once in this time; what is, is shown at once', () => {
  use({ updateInterval: 3000 });
  live.tell(URGENCY);
  queries.setQueryData(LOW_COUNT, 1);
  live.tell(change('signal:updated', [record(2, { urgency: 'high' })]));
  expect(urgencies(PAGE)).toEqual(['high', 'high']);
  vi.advanceTimersByTime(2999);
  expect(asked()).toEqual([false, false, false, false]);
  vi.advanceTimersByTime(1);
  expect(asked()).toEqual([false, false, true, false]);
});

test('enableToasts → says what came, by name or number, as one message; without, and of edits, nothing', () => {
  const leave = use();
  live.tell(change('signal:created', [record(3)]));
  leave();
  use({ enableToasts: true });
  live.tell(TITLE);
  expect(texts()).toEqual([]);
  live.tell(change('signal:created', [record(4, { title: 'Floods' })]));
  expect(texts()).toEqual(['New signal: Floods']);
  live.tell(change('signal:created', [record(5), record(6)]));
  expect(texts()).toEqual(['3 new signals']);
});

test('left → hears and asks nothing more', () => {
  const leave = use();
  live.tell(URGENCY);
  queries.setQueryData(LOW_COUNT, 1);
  live.tell(change('signal:updated', [record(2, { urgency: 'high' })]));
  leave();
  live.tell(change('signal:updated', [record(1, { urgency: 'critical' })]));
  vi.advanceTimersByTime(60_000);
  expect(urgencies(PAGE)).toEqual(['high', 'high']);
  expect(asked()).toEqual([false, false, false, false]);
});

test('the rows of everything → options reach all of them; an assignment has startups asked for, without a word', () => {
  const startups = [...listQueries.allRows(STARTUPS), {}, {}];
  queries.setQueryData(startups, []);
  live.mount(() => useRealtimeRows({ enableToasts: true }));
  live.tell({ ...TITLE, envelope: ASSIGNED });
  expect([queries.getQueryState(startups)!.isInvalidated, texts()]).toEqual([true, []]);
  live.tell(change('signal:created', [record(4, { title: 'Floods' })]));
  expect(texts()).toEqual(['New signal: Floods']);
});
