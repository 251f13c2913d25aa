import type { ChangesSince, Envelope } from '../../../../supabase/types/realtime.ts';

/**
 * One channel's numbered envelopes, put in order: each number is handed out exactly once, in order,
 * whatever the socket drops, repeats or reorders. Pure: no clock, no network.
 */
export interface ChannelLog {
  /** The last number applied. */
  readonly seq: number;
  /** Came early; waits for the numbers before it. */
  readonly waiting: ReadonlyMap<number, Envelope>;
}

export interface LogStep {
  log: ChannelLog;
  /** To be applied now, in this order. */
  apply: Envelope[];
  /** Numbers are missing before those that wait: ask `changes_since` for what follows `log.seq`. */
  gap: boolean;
  /** The log does not reach back: refetch, then go on from `log.seq`. */
  reset: boolean;
}

/** So many early envelopes mean a fill is overdue; more are dropped, the fill brings them again. */
const WAITING_MAX = 200;

/** Starts after `seq`, the number up to which the data on the page are known to be true. */
export const startLog = (seq: number): ChannelLog => ({ seq, waiting: new Map() });

/** Takes one envelope from the socket. */
export function receive(log: ChannelLog, envelope: Envelope): LogStep {
  return settle(log.seq, log.waiting, [envelope]);
}

/** Takes an answer of `changes_since(log.seq)`. */
export function fill(log: ChannelLog, answer: ChangesSince): LogStep {
  if (!answer.reset) return settle(log.seq, log.waiting, answer.changes);
  // Numbers up to the answer's are covered by the refetch that follows; later ones are still applied.
  // An end before what was applied is another log: the database was made anew, nothing here counts.
  const waiting = answer.seq < log.seq ? new Map<number, Envelope>() : log.waiting;
  return { ...settle(answer.seq, waiting, []), reset: true };
}

function settle(seq: number, waiting: ReadonlyMap<number, Envelope>, incoming: Envelope[]): LogStep {
  const early = new Map(waiting);
  const apply: Envelope[] = [];
  const drain = () => {
    for (let next = early.get(seq + 1); next; next = early.get(seq + 1)) {
      apply.push(next);
      seq += 1;
    }
  };
  drain();
  for (const envelope of incoming) {
    if (envelope.seq <= seq || early.has(envelope.seq)) continue;
    if (envelope.seq !== seq + 1 && early.size >= WAITING_MAX) continue;
    early.set(envelope.seq, envelope);
    drain();
  }
  for (const number of early.keys()) if (number <= seq) early.delete(number);
  return { log: { seq, waiting: early }, apply, gap: early.size > 0, reset: false };
}
