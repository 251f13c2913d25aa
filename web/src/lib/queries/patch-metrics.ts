import type { DashboardMetrics } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { type Patch, unchanged } from './row-patch.ts';

type Counts = Readonly<Record<string, number>>;

/** The counts that a `metrics:updated` tells of its channel, by `entity:state`; null in a message without them. */
export function countsIn({ envelope }: Pick<LiveChange, 'envelope'>): Counts | null {
  const counts = envelope.records?.[0]?.counts;
  return typeof counts === 'object' && counts !== null ? (counts as Counts) : null;
}

/** How many rows of an entity there are in these channels, whatever state they are in. */
export function countOf(entity: string, channels: DashboardMetrics['channels']): number {
  return Object.values(statesOf(entity, channels)).reduce((sum, n) => sum + n, 0);
}

/** Puts a channel's new counts in the place of its old ones: they are whole, so that one may come twice or be skipped. */
export function patchMetrics(
  metrics: DashboardMetrics,
  change: Pick<LiveChange, 'channel' | 'envelope'>,
): Patch<DashboardMetrics> {
  const { channel, envelope } = change;
  // A channel that was not the reader's when the numbers were read is none of theirs now, or they are read anew.
  if (envelope.event !== 'metrics:updated' || !(channel in metrics.channels)) return unchanged(metrics);
  const counts = countsIn(change);
  if (!counts) return { ...unchanged(metrics), refetch: true };
  const channels = { ...metrics.channels, [channel]: counts };
  const connections = statesOf('connection', channels);
  return {
    data: {
      connections_total: countOf('connection', channels),
      pending_review: connections.pending_review ?? 0,
      active_startups: statesOf('startup', channels).active ?? 0,
      successful_matches: connections.matched ?? 0,
      signals_total: countOf('signal', channels),
      status_distribution: connections,
      signal_status_distribution: statesOf('signal', channels),
      channels,
    },
    touched: [],
    refetch: false,
  };
}

function statesOf(entity: string, channels: DashboardMetrics['channels']): Record<string, number> {
  const states: Record<string, number> = {};
  for (const counts of Object.values(channels)) {
    for (const [key, n] of Object.entries(counts)) {
      const [of, state = ''] = key.split(':');
      if (of === entity && n > 0) states[state] = (states[state] ?? 0) + n;
    }
  }
  return states;
}
