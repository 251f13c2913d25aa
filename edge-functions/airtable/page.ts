import type { CanaryProof } from './canary-proofs.ts';
import type { MirroredTable } from './mapping.ts';
import type { ColumnValue } from './normalize-cell.ts';
import type { Cells } from './payload.ts';

/** What happened to one record in a page, all its payloads taken together. */
export interface RecordChange {
  airtable_id: string;
  created: boolean;
  edited_at: string;
  values: Record<string, ColumnValue>;
  /** What columns that were set more than once were in between, in order. */
  passed?: Record<string, ColumnValue[]>;
}

/** Cells that cannot be stored. `columns` null: nothing of the record could be. */
export interface DeadLetter {
  payload_number: number | null;
  table_id: string;
  record_id: string;
  cells: Cells;
  columns: string[] | null;
  reason: string;
}

/** A page of payloads as `airtable.apply_page` takes it. */
export interface Page {
  receipts: { number: number; transaction: number; at: string }[];
  upserts: Partial<Record<MirroredTable, RecordChange[]>>;
  deletes: Partial<Record<MirroredTable, { airtable_id: string; edited_at: string }[]>>;
  dead_letters: DeadLetter[];
  drift: { field_id: string; reason: string }[];
  /** What concerns a canary: what it may have been waiting for, and whether its table may be another one now. */
  canary?: { proofs: CanaryProof[]; schemaChanged: boolean };
}

/** Records of one table as they were read over REST, as `airtable.apply_snapshot` takes them. */
export interface Snapshot {
  table_id: string;
  table: MirroredTable;
  changes: { airtable_id: string; created_at: string; values: Record<string, ColumnValue> }[];
  /** Asked for, and not there. */
  absent: string[];
  dead_letters: DeadLetter[];
}
