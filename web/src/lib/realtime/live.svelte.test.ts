import { QueryClient, QueryObserver } from '@tanstack/svelte-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChannelName, Whoami } from '../../../../supabase/types/realtime.ts';
import { journalOf } from '../queries/change-journal.ts';
import type { LiveChange } from './live-change.ts';
import { LiveState } from './live.svelte.ts';
import { FakeProject } from './testing/fake-project.ts';

const ME: Whoami = { user_id: 'u1', display_name: 'Olivia', role: 'owner', regions: ['west'] };
const SHOWN = ['signals', 'rows'];
const BEFORE = ['signals', 'record', 'a'];

let window: EventTarget;
let document: EventTarget & { visibilityState: string };
let queries: QueryClient;
let live: LiveState;
let fetched: number;
let revoked: number;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  window = new EventTarget();
  document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', document);
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw, 16));
  queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  fetched = 0;
  revoked = 0;
  stop = () => undefined;
  live = new LiveState({ queries, me: ME, onRevoked: () => (revoked += 1) });
});
afterEach(() => {
  stop();
  queries.clear();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const settle = (ms = 500) => vi.advanceTimersByTimeAsync(ms);

/** A page that shows one query, and holds the answer of another that it showed before. */
async function open(...names: ChannelName[]): Promise<FakeProject> {
  const project = new FakeProject(...names);
  queries.setQueryData(BEFORE, { id: 'a' });
  const observer = new QueryObserver(queries, {
    queryKey: SHOWN,
    queryFn: async () => {
      fetched += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [{ id: `of answer ${fetched}` }];
    },
  });
  observer.subscribe(() => undefined);
  stop = live.start(project.db, project.joinable());
  await settle();
  expect([live.status.kind, fetched]).toEqual(['live', 1]);
  return project;
}

test('a region is taken away → nothing of before is in any cache, nor marked; what is shown is asked for again', async () => {
  const project = await open('region:west', 'user:u1');
  live.recent.add([{ id: 'a', fields: ['title'] }]);
  project.revoke('region:west');
  project.commit('user:u1', { event: 'access:changed' });
  await settle(50);
  expect(queries.getQueryData(BEFORE)).toBeUndefined();
  expect(queries.getQueryData(SHOWN)).toBeUndefined();
  expect([live.recent.mark('a', 'title'), revoked]).toEqual([undefined, 1]);
  await settle();
  expect(queries.getQueryData(SHOWN)).toEqual([{ id: 'of answer 2' }]);
});

test('back at the tab after a sleep → what was missed comes from the log, in order, and nothing is fetched again', async () => {
  const project = await open('region:west');
  const told: LiveChange[] = [];
  live.on(['signal:updated'], (change) => told.push(change));
  document.visibilityState = 'hidden';
  for (let count = 0; count < 5; count++) project.commit('region:west', { dropped: true });
  await settle(60_000);
  expect(told).toEqual([]);
  document.visibilityState = 'visible';
  // A page that comes back fires all of them.
  document.dispatchEvent(new Event('visibilitychange'));
  window.dispatchEvent(new Event('pageshow'));
  window.dispatchEvent(new Event('focus'));
  await settle();
  expect(told.map(({ envelope }) => envelope.seq)).toEqual([1, 2, 3, 4, 5]);
  expect([live.status.kind, fetched, project.calls.my_channels]).toEqual(['live', 1, 2]);
});

test('the network goes and returns → offline, then live, without a fetch', async () => {
  await open('region:west');
  window.dispatchEvent(new Event('offline'));
  expect(live.status).toMatchObject({ kind: 'offline', reason: 'no_network' });
  window.dispatchEvent(new Event('online'));
  expect(live.status.kind).toBe('connecting');
  expect(fetched).toBe(1);
});

test('not live → everything shown is fetched every 30 s; live again, or stopped → never', async () => {
  const project = await open('region:west');
  project.breakSocket();
  await settle(90_500);
  expect([live.status.kind, fetched]).toEqual(['polling', 4]);
  project.rejoin();
  await settle(90_500);
  expect([live.status.kind, fetched]).toEqual(['live', 4]);
  project.breakSocket();
  stop();
  await settle(90_500);
  expect(fetched).toBe(4);
});

test('several who listen on one page → each topic is joined once, and left when the page stops', async () => {
  const project = await open('region:west', 'network');
  const told: number[] = [];
  const stops = [1, 2].map((who) => live.on(['signal:updated'], () => told.push(who)));
  stops[0]!();
  project.commit('region:west');
  expect(told).toEqual([2]);
  expect([...project.channels].map(({ topic }) => topic)).toEqual(['region:west:1', 'network:1']);
  stop();
  expect(project.channels.size).toBe(0);
});

test('a row that moved, told late by the region that it left → the newer stays; answers on their way learn of the newer only', async () => {
  const project = await open('region:west', 'region:south');
  const told: LiveChange[] = [];
  live.on(['signal:updated'], (change) => told.push(change));
  const mark = journalOf(queries).mark();
  project.commit('region:south', { ids: ['moved'] });
  await settle(0);
  project.commit('region:west', { ids: ['moved'], at: new Date(Date.now() - 1000).toISOString() });
  expect(told.map(({ channel }) => channel)).toEqual(['region:south']);
  expect(journalOf(queries).since(mark)).toEqual(told);
});
