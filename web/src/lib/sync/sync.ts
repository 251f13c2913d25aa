import type { OutboxState } from './outbox.ts';

export type HookState = 'live' | 'silent' | 'expired' | 'dead';

export interface Hook {
  id: string;
  base_id: string;
  state: HookState;
  /** Why it is dead and has no successor. */
  trouble: string | null;
  trouble_since: string | null;
  created_at: string;
  expires_at: string | null;
  /** Number of the first payload that has not been applied. */
  cursor: number;
  last_ping_at: string | null;
  last_payload_at: string | null;
  last_drained_at: string | null;
  /** Median of the last payloads, from the edit to the committed row; null without one in the last hour. */
  lag_ms: number | null;
}

export type RunState = 'running' | 'succeeded' | 'continued' | 'failed';

/** How far a full scan is, or what it came to. */
export interface ScanProgress {
  kind?: undefined;
  run_id: string;
  state: RunState;
  reason: string | null;
  started_at: string;
  finished_at?: string | null;
  error?: string | null;
  records: number;
  expected: number;
  written: number;
  deleted: number;
  dead_letters: number;
  estimate_seconds?: number | null;
}

export interface ComparedTable {
  table: string;
  state: 'reading' | 'settling' | 'done' | 'failed';
  records: number;
  missing: number | null;
  extra: number | null;
  different: number | null;
  moving: number | null;
  dead_letters: number | null;
  skipped: string[] | null;
  base_hash: string | null;
  mirror_hash: string | null;
  error: string | null;
}

/** How far a comparison is, or what it came to. */
export interface ReconcileProgress {
  kind: 'reconcile';
  run_id: string;
  base_id: string;
  state: RunState;
  reason: string | null;
  started_at: string;
  finished_at: string | null;
  error: string | null;
  records: number;
  expected: number;
  /** Records that are being looked at again. */
  suspects: number;
  missing: number;
  extra: number;
  different: number;
  moving: number;
  dead_letters: number;
  identical: boolean;
  tables: ComparedTable[];
}

export interface BaseState {
  base_id: string;
  calls_last_second: number;
  paused_until: string | null;
  scan: ScanProgress | null;
  reconcile: ReconcileProgress | null;
  identical_at: string | null;
}

export interface Alert {
  kind: 'webhook' | 'pings' | 'drain' | 'lag' | 'quota' | 'canary';
  subject: string;
  title: string;
  body: string;
  since: string;
}

export interface SyncStatus {
  kind: 'status';
  at: string;
  webhooks: Hook[];
  bases: BaseState[];
  dead_letters: number;
  /** How many changes made here are open or parked, by state. */
  outbox: Partial<Record<OutboxState, number>>;
  drift: number;
  alerts: Alert[];
}

export interface LagStep {
  at: string;
  seconds: number;
  payloads: number;
  p50_ms: number | null;
  p95_ms: number | null;
}

export interface Run {
  id: string;
  kind: 'drain' | 'backfill' | 'reconcile' | 'push' | 'automation';
  started_at: string;
  finished_at: string | null;
  state: RunState;
  counts: Record<string, unknown>;
  error: string | null;
  progress: ScanProgress | ReconcileProgress | null;
}

export interface Difference {
  id: number;
  table_name: string;
  record_id: string;
  kind: 'missing' | 'extra' | 'different';
  columns: Record<string, { base: unknown; mirror: unknown }>;
  repair_asked_at: string | null;
}

export type Report = ReconcileProgress & { differences: Difference[] };

export type LetterState = 'open' | 'ignored' | 'resolved';

export interface Letter {
  id: number;
  table_id: string;
  table_name: string | null;
  record_id: string;
  row_id: string;
  payload_number: number | null;
  /** By field id, as they came; by column where the table refused the row. */
  cells: Record<string, unknown>;
  /** Columns that could not be stored; null: the whole row. */
  columns: string[] | null;
  reason: string;
  created_at: string;
  resolved_at: string | null;
  ignored_at: string | null;
  /** It is on the list to be read again. */
  replaying: boolean;
  mapping: {
    field_id: string;
    field: string | null;
    type: string | null;
    column: string;
    drift: string | null;
  }[];
}

export interface DryRun {
  record: 'there' | 'gone' | 'unbound';
  cells: { field_id: string; column: string; cell: unknown; value?: unknown; problem?: string }[];
  refusal: string | null;
}

export interface Drift {
  table_name: string;
  column_name: string;
  field_id: string;
  field: string | null;
  kind: 'deleted' | 'table deleted' | 'retyped' | 'choices' | 'renamed';
  drift: string | null;
  at: string | null;
  choices: string[];
  renamed_from: string | null;
}
