/** Where the page stands towards the live data. */
export const LIVE_STATES = ['connecting', 'live', 'catching_up', 'polling', 'offline', 'signed_out'] as const;
export type LiveKind = (typeof LIVE_STATES)[number];

/** Everything that can happen to the connection. */
export const LIVE_EVENTS = [
  'start', // someone signed in, or the page was opened signed in
  'subscribed', // every channel is joined; what was missed is not known yet
  'gap', // a number was skipped
  'caught_up', // the log is applied up to its end
  'lost', // the socket or a channel broke
  'refused', // the server does not let us join
  'slow', // connecting or catching up takes longer than a person waits
  'network_down',
  'network_up',
  'sign_out',
] as const;
export type LiveEventName = (typeof LIVE_EVENTS)[number];

export type LiveReason =
  | 'starting'
  | 'joined'
  | 'missed_changes'
  | 'up_to_date'
  | 'connection_lost'
  | 'join_refused'
  | 'server_slow'
  | 'no_network'
  | 'network_returned'
  | 'signed_out';

export interface LiveStatus {
  readonly kind: LiveKind;
  readonly reason: LiveReason;
  /** When this kind began, in ms since 1970. */
  readonly since: number;
}

const REASONS: Record<LiveEventName, LiveReason> = {
  start: 'starting',
  subscribed: 'joined',
  gap: 'missed_changes',
  caught_up: 'up_to_date',
  lost: 'connection_lost',
  refused: 'join_refused',
  slow: 'server_slow',
  network_down: 'no_network',
  network_up: 'network_returned',
  sign_out: 'signed_out',
};

type Row = Record<LiveEventName, LiveKind | null>;

/**
 * The whole behaviour: state × event → next state; null is "nothing happens".
 * Offline and signed out let only their own events through: late answers of the socket change nothing.
 */
export const TRANSITIONS: Record<LiveKind, Row> = {
  connecting: {
    start: null,
    subscribed: 'catching_up',
    gap: null,
    caught_up: null,
    lost: 'polling',
    refused: 'polling',
    slow: 'polling',
    network_down: 'offline',
    network_up: null,
    sign_out: 'signed_out',
  },
  catching_up: {
    start: null,
    subscribed: null,
    gap: null,
    caught_up: 'live',
    lost: 'polling',
    refused: 'polling',
    slow: 'polling',
    network_down: 'offline',
    network_up: null,
    sign_out: 'signed_out',
  },
  live: {
    start: null,
    subscribed: 'catching_up',
    gap: 'catching_up',
    caught_up: null,
    lost: 'polling',
    refused: 'polling',
    slow: null,
    network_down: 'offline',
    network_up: null,
    sign_out: 'signed_out',
  },
  polling: {
    start: null,
    subscribed: 'catching_up',
    gap: null,
    // Filling took so long that polling began; when it ends all the same, the page is up to date.
    caught_up: 'live',
    lost: null,
    refused: 'polling',
    slow: null,
    network_down: 'offline',
    network_up: null,
    sign_out: 'signed_out',
  },
  offline: {
    start: null,
    subscribed: null,
    gap: null,
    caught_up: null,
    lost: null,
    refused: null,
    slow: null,
    network_down: null,
    network_up: 'connecting',
    sign_out: 'signed_out',
  },
  signed_out: {
    start: 'connecting',
    subscribed: null,
    gap: null,
    caught_up: null,
    lost: null,
    refused: null,
    slow: null,
    network_down: null,
    network_up: null,
    sign_out: null,
  },
};

/**
 * What follows from `event`. The same object comes back when nothing changes, and `since` moves only
 * when the kind does: "polling since 10:02" stays true when the reason becomes clearer.
 */
export function nextStatus(status: LiveStatus, event: LiveEventName, now: number): LiveStatus {
  const kind = TRANSITIONS[status.kind][event];
  if (kind === null) return status;
  const reason = REASONS[event];
  if (kind !== status.kind) return { kind, reason, since: now };
  return reason === status.reason ? status : { ...status, reason };
}

export const SIGNED_OUT: LiveStatus = { kind: 'signed_out', reason: 'signed_out', since: 0 };
