import { hashKey, QueryClient } from '@tanstack/svelte-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChannelName, Envelope } from '../../../../supabase/types/realtime.ts';
import { type ActivityFilters, NO_FILTERS } from './activity-filters.ts';
import { ActivityFeed } from './activity-feed.ts';
import { activityKeys } from './activity-keys.ts';
import type { ActivityPage, ActivityPages } from './activity-page.ts';

const contact = { id: 'c1', full_name: 'Ann Lee', title: 'Clerk', email: 'ann@city.test' };
let seq = 0;
const edited = (fields: Record<string, unknown>, more: Partial<Envelope> = {}) => ({
  channel: 'region:west' as ChannelName,
  live: true,
  envelope: {
    seq: ++seq,
    event: 'contact:updated' as const,
    at: new Date().toISOString(),
    source: 'airtable' as const,
    ids: [contact.id],
    records: [{ ...contact, ...fields }],
    truncated: false,
    ...more,
  },
});

const STARTUPS: ActivityFilters = { ...NO_FILTERS, entity: ['startup'] };
let queries: QueryClient;
let feed: ActivityFeed;
const answer: ActivityPage = { lines: [], names: {} };
const ask = vi.fn(() => Promise.resolve(answer));
const key = (filters = NO_FILTERS) => activityKeys.list(filters);
const shown = (filters = NO_FILTERS) =>
  queries.getQueryData<ActivityPages>(key(filters))?.pages.flatMap(({ lines }) => lines) ?? [];

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient();
  for (const filters of [NO_FILTERS, STARTUPS])
    queries.setQueryData(key(filters), { pages: [{ lines: [], names: {} }], pageParams: [null] });
  feed = new ActivityFeed(queries, 'me', ask);
});
afterEach(() => {
  feed.stop();
  ask.mockClear();
  answer.lines = [];
  queries.clear();
  vi.useRealTimers();
});

test('a row is told for the first time, and again → that it was edited, then from what to what', () => {
  feed.open(
    () => NO_FILTERS,
    () => false,
  );
  feed.hear(edited({ title: 'Mayor' }));
  feed.hear(edited({ title: 'Governor' }));
  vi.advanceTimersByTime(250);
  expect(shown()).toMatchObject([{ changes: { title: ['Mayor', 'Governor'] } }, { partial: true }]);
});

test('messages were missed → what a row was is not known any more', () => {
  feed.open(
    () => NO_FILTERS,
    () => false,
  );
  feed.hear(edited({ title: 'Mayor' }));
  feed.forget();
  feed.hear(edited({ title: 'Governor' }));
  vi.advanceTimersByTime(250);
  expect(shown()).toMatchObject([{ partial: true }, { partial: true }]);
});

test('many changes at once → written into the list twice', () => {
  feed.open(
    () => NO_FILTERS,
    () => false,
  );
  const written = vi.fn();
  queries.getQueryCache().subscribe((event) => {
    if (
      event.type === 'updated' &&
      event.action.type === 'success' &&
      event.query.queryHash === hashKey(key())
    )
      written();
  });
  for (let n = 0; n < 50; n++) feed.hear(edited({ title: `Title ${n}` }));
  vi.advanceTimersByTime(250);
  expect(shown()).toHaveLength(50);
  expect(written).toHaveBeenCalledTimes(2);
});

test('the reader is busy → lines wait, and come when they are ready', () => {
  const list = feed.open(
    () => NO_FILTERS,
    () => true,
  );
  feed.hear(edited({ title: 'Mayor' }));
  feed.hear(edited({ title: 'Governor' }));
  vi.advanceTimersByTime(250);
  expect(list.waiting).toBe(2);
  expect(shown()).toEqual([]);
  list.show();
  expect(list.waiting).toBe(0);
  expect(shown()).toHaveLength(2);
});

test('other filters → what does not fit is not there; lists that are not open are asked for again', () => {
  feed.open(
    () => STARTUPS,
    () => false,
  );
  feed.hear(edited({ title: 'Mayor' }));
  vi.advanceTimersByTime(250);
  expect(shown(STARTUPS)).toEqual([]);
  expect(queries.getQueryState(key())?.isInvalidated).toBe(true);
});

test('what no message says, and what the reader did elsewhere → asked for, at most every 1.5 s', async () => {
  feed.open(
    () => NO_FILTERS,
    () => false,
  );
  feed.hear(edited({ title: 'Mayor' }));
  expect(ask).not.toHaveBeenCalled();
  answer.lines = [
    {
      id: 7,
      entity: 'contact',
      entity_id: 'c1',
      action: 'updated',
      changes: { title: ['Clerk', 'Mayor'] },
      source: 'admin',
      actor: 'me',
      at: new Date().toISOString(),
    },
  ];
  feed.hear(edited({ title: 'Governor' }, { actor: 'me' }));
  feed.hear(edited({}, { event: 'contact:removed', records: undefined }));
  await vi.advanceTimersByTimeAsync(250);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(shown()).toEqual(answer.lines);
  await vi.advanceTimersByTimeAsync(5000);
  expect(ask).toHaveBeenCalledTimes(2);
});

test('somebody looks at lines that do not say all → asked for once', async () => {
  const list = feed.open(
    () => NO_FILTERS,
    () => false,
  );
  list.complete();
  feed.hear(edited({ title: 'Mayor' }));
  await vi.advanceTimersByTimeAsync(250);
  list.complete();
  list.complete();
  await vi.advanceTimersByTimeAsync(5000);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(shown()).toEqual([]);
});

test('more at once than a list begins with → the newest are asked for, once', async () => {
  feed.open(
    () => NO_FILTERS,
    () => false,
  );
  for (let n = 0; n < 500; n++) feed.hear(edited({ title: `Title ${n}` }));
  expect(shown()).toHaveLength(1);
  answer.lines = Array.from({ length: 50 }, (_, n) => ({
    id: 500 - n,
    entity: 'contact',
    entity_id: `c${n}`,
    action: 'updated',
    changes: {},
    source: 'airtable',
    actor: null,
    at: '2026-11-24T10:00:00Z',
  }));
  await vi.advanceTimersByTimeAsync(5000);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(shown()).toEqual(answer.lines);
});
