import { QueryClient } from '@tanstack/svelte-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DashboardMetrics, Envelope } from '../../../../supabase/types/realtime.ts';
import { metricQueries } from '../queries/metrics.ts';
import { Toasts } from '../toasts.svelte.ts';
import type { LiveChange } from './live-change.ts';
import { FakeLive } from './testing/fake-live.svelte.ts';
import { useRealtimeMetrics } from './use-realtime-metrics.ts';

const KEY = metricQueries.dashboard().queryKey;
const BEFORE = { signals_total: 1, channels: { 'region:west': { 'signal:draft': 1 } } };

let queries: QueryClient;
let live: FakeLive;
/** What the dashboard showed, one number an update. */
let shown: (number | undefined)[];

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient();
  queries.setQueryData(KEY, BEFORE as unknown as DashboardMetrics);
  live = new FakeLive(queries, new Toasts());
  shown = [];
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'updated') shown.push((query.state.data as DashboardMetrics | undefined)?.signals_total);
  });
});
afterEach(() => vi.useRealTimers());

const told = (signals: number | null): LiveChange => {
  const counts = { 'signal:draft': signals };
  const envelope: Envelope = {
    seq: 1,
    event: 'metrics:updated',
    at: '2026-11-24T00:00:00Z',
    source: 'admin',
    ids: [],
    truncated: false,
    ...(signals !== null && { records: [{ channel: 'region:west', counts }] }),
  };
  return { channel: 'region:west', live: true, envelope };
};

/** A change every 100 ms. */
function stream(changes: number): void {
  for (let n = 1; n <= changes; n++) {
    live.tell(told(n));
    vi.advanceTimersByTime(100);
  }
}

test('a change every 100 ms for 9.5 s → an update at once, one each 2 s, and the last; nothing without changes', () => {
  live.mount(() => useRealtimeMetrics());
  stream(95);
  expect(shown).toEqual([1, 20, 40, 60, 80]);
  vi.advanceTimersByTime(2000);
  expect(shown).toEqual([1, 20, 40, 60, 80, 95]);
  vi.advanceTimersByTime(60_000);
  expect(shown).toHaveLength(6);
});

test('updateInterval → as often as that', () => {
  live.mount(() => useRealtimeMetrics({ updateInterval: 5000 }));
  stream(95);
  expect(shown).toEqual([1, 50]);
});

test('a message without its counts → asked for again; not with autoRefresh: false', () => {
  const isAsked = () => queries.getQueryState(KEY)!.isInvalidated;
  const leave = live.mount(() => useRealtimeMetrics({ autoRefresh: false }));
  live.tell(told(null));
  vi.advanceTimersByTime(10_000);
  expect(isAsked()).toBe(false);
  leave();
  live.mount(() => useRealtimeMetrics());
  live.tell(told(null));
  expect(isAsked()).toBe(true);
});

test('left → no update, not even the one that waited', () => {
  const leave = live.mount(() => useRealtimeMetrics());
  live.tell(told(1), told(2));
  leave();
  live.tell(told(3));
  vi.advanceTimersByTime(10_000);
  expect(shown).toEqual([1]);
});
