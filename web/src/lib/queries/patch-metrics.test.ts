import { expect, test } from 'vitest';
import type { ChannelName, DashboardMetrics, Envelope } from '../../../../supabase/types/realtime.ts';
import { countOf, patchMetrics } from './patch-metrics.ts';

const metrics: DashboardMetrics = {
  connections_total: 5,
  pending_review: 3,
  active_startups: 7,
  successful_matches: 2,
  signals_total: 4,
  status_distribution: { pending_review: 3, matched: 2 },
  signal_status_distribution: { draft: 4 },
  channels: {
    'region:west': { 'connection:pending_review': 1, 'connection:matched': 2, 'signal:draft': 1 },
    'region:south': { 'connection:pending_review': 2, 'signal:draft': 3, 'organization:all': 9 },
    network: { 'startup:active': 7, 'startup:inactive': 1 },
  },
};

const told = (channel: ChannelName, counts?: Record<string, number>) => {
  const envelope: Envelope = {
    seq: 1,
    event: 'metrics:updated',
    at: '2026-11-24T00:00:00Z',
    source: 'admin',
    ids: [],
    truncated: false,
    ...(counts && { records: [{ channel, counts }] }),
  };
  return { channel, envelope };
};

test('the counts of a region → in the place of its old ones, and every sum follows', () => {
  const { data, refetch } = patchMetrics(
    metrics,
    told('region:west', { 'connection:pending_review': 0, 'connection:matched': 3, 'signal:approved': 2 }),
  );
  expect(refetch).toBe(false);
  expect(data).toMatchObject({
    connections_total: 5,
    pending_review: 2,
    successful_matches: 3,
    signals_total: 5,
    active_startups: 7,
    status_distribution: { pending_review: 2, matched: 3 },
    signal_status_distribution: { draft: 3, approved: 2 },
  });
  expect(data.status_distribution).not.toHaveProperty('declined');
});

test('the same message twice → as once', () => {
  const change = told('network', { 'startup:active': 6, 'startup:inactive': 2 });
  const once = patchMetrics(metrics, change).data;
  expect(once.active_startups).toBe(6);
  expect(patchMetrics(once, change).data).toEqual(once);
});

test('a channel that was not among the reader’s → left out', () => {
  expect(patchMetrics(metrics, told('region:midwest', { 'signal:draft': 99 })).data).toBe(metrics);
});

test('a message without counts → ask the database', () => {
  expect(patchMetrics(metrics, told('region:west'))).toMatchObject({ data: metrics, refetch: true });
});

test.each([
  ['startup', 8],
  ['organization', 9],
  ['contact', 0],
])('%s in all channels and states → %i', (entity, n) => {
  expect(countOf(entity, metrics.channels)).toBe(n);
});
