import { isDeepStrictEqual } from 'node:util';
import type { DashboardMetrics, Envelope } from '../../types/realtime.ts';
import type { Reader } from './reader.ts';
import type { Selectable, Snapshot } from './snapshot.ts';
import { TOLD, viewOf, type Row } from './told.ts';

/** Where a person saw what they may not see, or did not see what they may. */
export class ScopeError extends Error {
  override name = 'ScopeError';
}

function fail(what: string, detail?: unknown): never {
  throw new ScopeError(
    detail === undefined ? what : `${what}\n${JSON.stringify(detail, null, 1)?.slice(0, 2000)}`,
  );
}

/**
 * Nothing reached the person that they could not select right after the commit that told it, or, for ids of what
 * went away, right before.
 */
export function checkSafe(
  who: string,
  person: string,
  channel: string,
  envelope: Envelope,
  history: Snapshot[],
): void {
  const { event, seq, ids, records = [], truncated } = envelope;
  const what = `${who} heard ${event} (${channel}, number ${seq})`;
  if (event === 'access:changed') {
    if (ids.length > 0 || records.length > 0) fail(`${what} with data`, envelope);
    return;
  }
  const commit = history.findIndex(({ seqs }) => (seqs[channel] ?? 0) >= seq);
  if (commit < 1) fail(`${what}, which is of no commit of this scenario`, envelope);
  const [before, after] = [history[commit - 1]!.people[person]!, history[commit]!.people[person]!];
  if (!after.channels[channel])
    fail(`${what}, and might not join the channel after commit ${commit}`, envelope);
  if (event === 'metrics:updated') return;
  const view = viewOf(channel, event);
  if (view === null) fail(`${what}, which nothing is known of`, envelope);
  if (event.endsWith(':removed')) {
    if (records.length > 0) fail(`${what} with rows`, envelope);
    for (const id of ids)
      if (!before.rows[view]![id]) fail(`${what} of ${id}, which they never could select`, envelope);
    return;
  }
  const selectable = after.rows[view]!;
  for (const id of ids) if (!selectable[id]) fail(`${what} of ${id}, which they could not select`, envelope);
  if (
    truncated
      ? records.length > 0
      : !isDeepStrictEqual(
          ids,
          records.map(({ id }) => id),
        )
  ) {
    fail(`${what} with other rows than its ids`, envelope);
  }
  for (const record of records as Row[]) {
    if (!isDeepStrictEqual(record, selectable[record.id])) {
      fail(`${what} otherwise than they select it after commit ${commit}`, [record, selectable[record.id]]);
    }
  }
}

/** What the person knows from having been told is what they select, field by field. */
export function checkComplete(who: string, reader: Reader, selectable: Selectable): void {
  const channels = new Set(Object.keys(selectable.channels));
  for (const { view, toldOtherwise } of TOLD) {
    const expected = Object.values(selectable.rows[view]!).filter((row) => !toldOtherwise?.(row, channels));
    const missing = new Map(expected.map((row) => [row.id, row]));
    for (const row of reader.rowsOf(view)) {
      const selected = selectable.rows[view]![row.id];
      if (!selected) fail(`${who} still knows a row of ${view} that they may not select`, row);
      if (!isDeepStrictEqual(row, selected))
        fail(`${who} knows a row of ${view} otherwise than it is`, [row, selected]);
      missing.delete(row.id);
    }
    for (const row of missing.values()) fail(`${who} was not told of a row of ${view}`, row);
  }
}

const INTRODUCED = ['introduced', 'in_progress', 'matched'];

/** Nothing that a startup may select says how to reach somebody whom it was not introduced to. */
export function checkContactsAreHidden(who: string, { rows }: Selectable): void {
  for (const row of Object.values(rows['startup_connections()']!)) {
    if (INTRODUCED.includes(String(row.connection_status))) continue;
    const shown = Object.keys(row).filter((column) => column.startsWith('contact_') && row[column] !== null);
    if (shown.length > 0) fail(`${who} sees ${shown.join(', ')} before an introduction`, row);
  }
}

/** The kept numbers of the dashboard are those of counting what the person selects. */
export function checkMetrics(who: string, { rows, channels }: Selectable, metrics: DashboardMetrics): void {
  const count = (view: string, is: (row: Row) => boolean = () => true): number =>
    Object.values(rows[view]!).filter(is).length;
  const counted: Partial<DashboardMetrics> = {
    connections_total: count('connections'),
    pending_review: count('connections', (row) => row.connection_status === 'pending_review'),
    successful_matches: count('connections', (row) => row.connection_status === 'matched'),
    signals_total: count('signals'),
    // A member selects their own startup, and has no dashboard.
    active_startups: channels.network ? count('startups', (row) => row.is_active === true) : 0,
  };
  const kept = Object.fromEntries(
    Object.keys(counted).map((name) => [name, metrics[name as keyof typeof counted]]),
  );
  if (!isDeepStrictEqual(kept, counted)) fail(`${who} reads other numbers than they count`, [kept, counted]);
}
