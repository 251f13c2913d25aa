import { expect, test } from 'vitest';
import type { ChannelName, Envelope } from '../../../../supabase/types/realtime.ts';
import { patchTrends, type Trends } from './patch-trends.ts';

const WEST: ChannelName = 'region:west';
const day = (at: string) => ({ day: at, signals: 0, connections: 0, matches: 0 });

const trends: Trends = {
  days: [day('2026-11-22'), day('2026-11-23'), day('2026-11-24')],
  channels: { [WEST]: { seq: 10, signals: 5, connections: 4, matches: 1 } },
};
const COUNTS = { 'signal:draft': 5, 'connection:introduced': 3, 'connection:matched': 1 };

let seq = 0;
const message = (event: Envelope['event'], more: Partial<Envelope> = {}) => ({
  channel: WEST,
  live: true,
  envelope: {
    seq: ++seq,
    event,
    at: '2026-11-24T09:00:00Z',
    source: 'admin',
    ids: [],
    truncated: false,
    ...more,
  } satisfies Envelope,
});
const counts = (changed: Record<string, number>) =>
  message('metrics:updated', { records: [{ channel: WEST, counts: { ...COUNTS, ...changed } }] });

/** After these messages, the first of which is number 11. */
function after(build: () => ReturnType<typeof message>[], from = 10) {
  seq = from;
  return build().reduce(
    ({ data, refetch }, change) => {
      const patched = patchTrends(data, change);
      return { data: patched.data, refetch: refetch || patched.refetch };
    },
    { data: trends, refetch: false },
  );
}
const shown = ({ data }: { data: Trends }) =>
  data.days.map(({ day: at, signals, connections, matches }) => [at, signals, connections, matches]);

test('two signals that came → on their days, and the counts agree', () => {
  const result = after(() => [
    message('signal:created', {
      records: [{ created_at: '2026-11-22T23:59:59+00:00' }, { created_at: '2026-11-24T01:00:00+00:00' }],
    }),
    counts({ 'signal:draft': 7 }),
  ]);
  expect(result.refetch).toBe(false);
  expect(shown(result)).toEqual([
    ['2026-11-22', 1, 0, 0],
    ['2026-11-23', 0, 0, 0],
    ['2026-11-24', 1, 0, 0],
  ]);
});

test('messages that the days hold already → nothing counted twice', () => {
  const result = after(
    () => [message('signal:created', { records: [{ created_at: '2026-11-24T01:00:00Z' }] }), counts({})],
    8,
  );
  expect(result).toEqual({ data: trends, refetch: false });
});

test.each([
  ['admin', '2026-11-24'],
  ['airtable', '2026-11-23'],
] as const)('a match by %s → on %s', (source, at) => {
  const result = after(() => [
    message('connection:updated', {
      source,
      records: [
        {
          connection_status: 'matched',
          updated_at: '2026-11-24T08:00:00Z',
          airtable_edited_at: '2026-11-23T08:00:00Z',
        },
        { connection_status: 'introduced' },
      ],
    }),
    counts({ 'connection:introduced': 2, 'connection:matched': 2 }),
  ]);
  expect(result.refetch).toBe(false);
  expect(result.data.days.find(({ matches }) => matches === 1)?.day).toBe(at);
});

test('an edit of what was matched before, then a signal that comes → no match, nothing asked for', () => {
  const result = after(() => [
    message('connection:updated', { records: [{ connection_status: 'matched', updated_at: '2026-11-24' }] }),
    message('signal:created', { records: [{ created_at: '2026-11-24T01:00:00Z' }] }),
    counts({ 'signal:draft': 6 }),
  ]);
  expect(result.refetch).toBe(false);
  expect(shown(result).at(-1)).toEqual(['2026-11-24', 1, 0, 0]);
});

test('a connection that comes as a match → counted as both', () => {
  const row = {
    created_at: '2026-11-23T01:00:00Z',
    updated_at: '2026-11-24T01:00:00Z',
    airtable_edited_at: null,
    connection_status: 'matched',
  };
  const result = after(() => [
    message('connection:created', { records: [row] }),
    counts({ 'connection:matched': 2 }),
  ]);
  expect(result.refetch).toBe(false);
  expect(shown(result)).toEqual([
    ['2026-11-22', 0, 0, 0],
    ['2026-11-23', 0, 1, 0],
    ['2026-11-24', 0, 0, 1],
  ]);
});

test.each([
  ['a signal that went', () => [message('signal:removed', { ids: ['s'] }), counts({ 'signal:draft': 4 })]],
  ['a match taken back', () => [counts({ 'connection:introduced': 4, 'connection:matched': 0 })]],
  ['a row that moved here', () => [message('signal:updated'), counts({ 'signal:draft': 6 })]],
  [
    'more rows than a message holds',
    () => [message('signal:created', { truncated: true }), counts({ 'signal:draft': 99 })],
  ],
  ['counts that are not there', () => [message('metrics:updated')]],
])('%s → the days are asked for again', (_, build) => {
  expect(after(build).refetch).toBe(true);
});

test('the first of a new day → a day more, and the oldest goes', () => {
  const result = after(() => [
    message('signal:created', { records: [{ created_at: '2026-11-26T00:00:01Z' }] }),
    counts({ 'signal:draft': 6 }),
  ]);
  expect(shown(result)).toEqual([
    ['2026-11-24', 0, 0, 0],
    ['2026-11-25', 0, 0, 0],
    ['2026-11-26', 1, 0, 0],
  ]);
});

test('a channel of somebody else → left out', () => {
  const change = { ...message('signal:created', { seq: 99 }), channel: 'region:south' as const };
  expect(patchTrends(trends, change).data).toBe(trends);
});
