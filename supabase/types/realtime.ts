/** The regions of the programme; rows that belong to none are `unassigned`, which owners alone see. */
export const REGIONS = ['northeast', 'south', 'midwest', 'west', 'unassigned'] as const;
export type Region = (typeof REGIONS)[number];

/** Name of a numbered channel; its topic on the socket is `name:epoch`. */
export type ChannelName =
  | `region:${Region}`
  | 'network'
  | 'ops'
  | 'pool'
  | `startup:${string}`
  | `user:${string}`
  | 'presence:admins';

type RowEntity = 'signal' | 'connection' | 'organization' | 'contact' | 'interaction' | 'startup';

export type LiveEvent =
  | `${RowEntity}:${'created' | 'updated' | 'removed'}`
  | 'signal:assigned'
  | `assignment:${'updated' | 'removed'}`
  | 'match:generated'
  | 'match:removed'
  | 'credit:created'
  | 'pool:published'
  | 'pool:removed'
  | 'metrics:updated'
  | 'notification:created'
  | 'notification:updated'
  | 'notification:removed'
  | 'airtable:sync:progress'
  | 'airtable:sync:completed'
  | 'airtable:outbox:changed'
  | 'airtable:canary:changed'
  | 'access:changed';

export type ChangeSource = 'airtable' | 'automation' | 'admin' | 'portal' | 'system';

/** One entry of the change log, and the payload of the broadcast that carries it. */
export interface Envelope<Row = Record<string, unknown>> {
  /** Position in its channel's log: 1, 2, 3 … without gaps, in commit order. */
  seq: number;
  event: LiveEvent;
  /** When it was committed, ISO 8601. */
  at: string;
  source: ChangeSource;
  actor?: string | null;
  /** The rows that changed, also when `records` was left out. */
  ids: string[];
  /** Whole rows as a member of the channel selects them; absent for removals and when truncated. */
  records?: Row[];
  /** More than 50 rows or 100 KB: the rows must be fetched. */
  truncated: boolean;
  /** When the newest edit behind this was made in Airtable. */
  edited_at?: string | null;
  /** When the webhook ping for it reached us. */
  received_at?: string | null;
}

/** Answer of `rpc('my_channels')`: what the caller may join, and how far each log reaches. */
export interface JoinableChannel {
  name: ChannelName;
  topic: string;
  seq: number;
}

/** Answer of `rpc('changes_since')`; `reset` when the log no longer reaches back that far. */
export type ChangesSince = { reset: true; seq: number } | { reset?: false; changes: Envelope[]; seq: number };

/** Answer of `rpc('whoami')` for an admin; null for everyone else. */
export interface Whoami {
  user_id: string;
  display_name: string;
  role: 'owner' | 'admin' | 'viewer';
  regions: Region[];
}

/** Answer of `rpc('dashboard_metrics')`: sums over the rows that the caller may see. */
export interface DashboardMetrics {
  connections_total: number;
  pending_review: number;
  active_startups: number;
  successful_matches: number;
  signals_total: number;
  /** Connections by connection_status. */
  status_distribution: Record<string, number>;
  /** Signals by approval_status. */
  signal_status_distribution: Record<string, number>;
  /** Each channel's own counts by `entity:state`, as `metrics:updated` tells them. */
  channels: Record<string, Record<string, number>>;
}

/** What came in on a day (UTC), and what was matched. */
export interface TrendDay {
  day: string;
  signals: number;
  connections: number;
  matches: number;
}

/** Answer of `rpc('dashboard_trends')`: the days, oldest first, and where each channel stood when they were read. */
export interface DashboardTrends {
  days: TrendDay[];
  channels: Record<string, { seq: number; signals: number; connections: number; matches: number }>;
}

/** True for a payload that can be applied: everything else on the socket is ignored. */
export function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, event, at, ids, truncated } = value as Partial<Envelope>;
  return (
    Number.isSafeInteger(seq) &&
    typeof event === 'string' &&
    typeof at === 'string' &&
    Array.isArray(ids) &&
    typeof truncated === 'boolean'
  );
}
