import type { DashboardTrends, Envelope, TrendDay } from '../../../../supabase/types/realtime.ts';
import { countOf, countsIn } from '../queries/patch-metrics.ts';
import { type Patch, unchanged } from '../queries/row-patch.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import type { Measure } from './trends.ts';

type Standing = DashboardTrends['channels'][string];

/** Where a channel stands, and what its current transaction has told so far: its counts come last. */
interface Tally extends Standing {
  /** Rows that came. */
  came?: Record<Measure, number>;
  /** Days on which rows were matched, if they were not before. */
  perhapsMatched?: string[];
}

export interface Trends extends DashboardTrends {
  channels: Record<string, Tally>;
}

const MEASURES = { 'signal:created': 'signals', 'connection:created': 'connections' } as const;

/**
 * Counts what came, and what was matched, under its day. What went is under a day that no message tells, and shows
 * in the counts at the transaction's end: then the days are to be asked for again.
 */
export function patchTrends(trends: Trends, change: LiveChange): Patch<Trends> {
  const { channel, envelope } = change;
  const tally = trends.channels[channel];
  // The days hold everything up to this number.
  if (!tally || envelope.seq <= tally.seq) return unchanged(trends);
  const { seq, event } = envelope;
  const records = envelope.records ?? [];

  if (event === 'metrics:updated') return settle(trends, tally, change);
  if (event === 'connection:updated') {
    // One message a transaction: what an earlier one left behind was matched before.
    const perhapsMatched = records.filter(isMatched).map((row) => dayOfMatch(row, envelope));
    return perhapsMatched.length || tally.perhapsMatched?.length
      ? kept(trends, channel, { ...tally, seq, perhapsMatched })
      : unchanged(trends);
  }
  if (event !== 'signal:created' && event !== 'connection:created') return unchanged(trends);
  const measure = MEASURES[event];
  const came = { ...(tally.came ?? NOTHING) };
  let { days } = trends;
  for (const row of records) {
    days = countDay(days, dayOf(row.created_at), measure);
    came[measure] += 1;
    if (measure !== 'connections' || !isMatched(row)) continue;
    days = countDay(days, dayOf(row.airtable_edited_at ?? row.updated_at), 'matches');
    came.matches += 1;
  }
  return kept({ ...trends, days }, channel, { ...tally, seq, came });
}

const NOTHING: Record<Measure, number> = { signals: 0, connections: 0, matches: 0 };

/** Does what was told add up to the counts? */
function settle(trends: Trends, tally: Tally, change: LiveChange): Patch<Trends> {
  const { channel, envelope } = change;
  const counts = countsIn(change);
  if (!counts) return { ...unchanged(trends), refetch: true };
  const now: Standing = {
    seq: envelope.seq,
    signals: countOf('signal', { [channel]: counts }),
    connections: countOf('connection', { [channel]: counts }),
    matches: counts['connection:matched'] ?? 0,
  };
  const came = tally.came ?? NOTHING;
  const perhaps = tally.perhapsMatched ?? [];
  const matched = now.matches - tally.matches - came.matches;
  const days = matched === 0 ? [] : perhaps;
  const adds =
    now.signals - tally.signals === came.signals &&
    now.connections - tally.connections === came.connections &&
    matched === days.length;
  const counted = days.reduce((all, day) => countDay(all, day, 'matches'), trends.days);
  return { ...kept({ ...trends, days: adds ? counted : trends.days }, channel, now), refetch: !adds };
}

const kept = (trends: Trends, channel: string, tally: Tally): Patch<Trends> => ({
  data: { ...trends, channels: { ...trends.channels, [channel]: tally } },
  touched: [],
  refetch: false,
});

const isMatched = (row: Record<string, unknown>) => row.connection_status === 'matched';

const dayOf = (time: unknown): string =>
  new Date(typeof time === 'number' ? time : String(time)).toISOString().slice(0, 10);

/** As the database dates it: an edit of the base by the time of the edit, others by that of the change. */
const dayOfMatch = (row: Record<string, unknown>, { source }: Envelope): string =>
  dayOf(
    source === 'airtable' || source === 'automation'
      ? (row.airtable_edited_at ?? row.updated_at)
      : row.updated_at,
  );

const DAY_MS = 86_400_000;

/** One more on that day. A day that has begun since pushes the oldest out; one before them is not shown. */
function countDay(days: readonly TrendDay[], day: string, measure: Measure): TrendDay[] {
  const all = [...days];
  for (let last = all.at(-1); last && last.day < day; last = all.at(-1)) {
    all.push({ day: dayOf(Date.parse(last.day) + DAY_MS), signals: 0, connections: 0, matches: 0 });
    all.shift();
  }
  return all.map((one) => (one.day === day ? { ...one, [measure]: one[measure] + 1 } : one));
}
