import type { LiveEvent, Region } from '../../../../supabase/types/realtime.ts';

/** A row below a record that has no page of its own. */
export interface SubRow {
  id: string;
  region?: Region;
  [column: string]: unknown;
}

export type SubKey = 'assignments' | 'matches' | 'credits';

export interface SubRecords {
  key: SubKey;
  table: string;
  select: string;
  /** Linked rows by their name in `select`, with the column that links. */
  embeds: Readonly<Record<string, string>>;
  order: { column: string; descending: boolean };
  /** Events that bring rows, and those that take them away. */
  brings: readonly LiveEvent[];
  takes: readonly LiveEvent[];
  /** Rows that a panel shows; a ledger may be long. */
  limit: number;
}

export const SUB_RECORDS: Readonly<Record<SubKey, SubRecords>> = {
  assignments: {
    key: 'assignments',
    table: 'signal_assignments',
    select:
      '*, signal:signals!signal_assignments_signal_id_fkey(id, signal_identifier, title), startup:startups!signal_assignments_startup_id_fkey(id, name)',
    embeds: { signal: 'signal_id', startup: 'startup_id' },
    order: { column: 'assigned_at', descending: true },
    brings: ['signal:assigned', 'assignment:updated'],
    takes: ['assignment:removed'],
    limit: 100,
  },
  matches: {
    key: 'matches',
    table: 'matches',
    select: '*, startup:startups!matches_startup_id_fkey(id, name, sector, is_active)',
    embeds: { startup: 'startup_id' },
    order: { column: 'score', descending: true },
    brings: ['match:generated'],
    takes: ['match:removed'],
    limit: 100,
  },
  credits: {
    key: 'credits',
    table: 'credit_changes',
    select: '*, signal:signals!credit_changes_signal_id_fkey(id, signal_identifier, title)',
    embeds: { signal: 'signal_id' },
    order: { column: 'at', descending: true },
    brings: ['credit:created'],
    takes: [],
    limit: 50,
  },
};

/** Events after which rows below a record may be others. */
export const SUB_EVENTS: readonly LiveEvent[] = Object.values(SUB_RECORDS).flatMap(({ brings, takes }) => [
  ...brings,
  ...takes,
]);
