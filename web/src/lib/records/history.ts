import type { ChangeSource, Envelope } from '../../../../supabase/types/realtime.ts';
import type { Entity } from '../entities/entity.ts';

/** One line of a record's history: who changed which field from what to what. */
export interface HistoryLine {
  /** Of a line that came by message: below zero. */
  id: number;
  action: 'created' | 'updated' | 'removed' | 'restored';
  changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
  source: ChangeSource;
  actor: string | null;
  at: string;
}

/** Bookkeeping is no news, as in the database's own notes. */
const SILENT = new Set([
  'updated_at',
  'received_at',
  'airtable_edited_at',
  'deleted_at',
  'region',
  'last_credit_change',
  'created_at',
]);

/** What the database notes of a change, made from its message; null when there is nothing to note. */
export function historyLine(
  entity: Entity,
  before: Readonly<Record<string, unknown>>,
  record: Readonly<Record<string, unknown>>,
  { event, seq, at, source, actor }: Envelope,
): HistoryLine | null {
  const changes = Object.fromEntries(
    Object.entries(record)
      .filter(([key, value]) => !SILENT.has(key) && key in before && !same(before[key], value))
      .map(([key, value]) => [key, [before[key], value] as const]),
  );
  const action = event === entity.events.created ? 'created' : 'updated';
  if (action === 'updated' && !Object.keys(changes).length) return null;
  return { id: -seq, action, changes, source, actor: actor ?? null, at };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
