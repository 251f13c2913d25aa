import { jsonParameter, type Database } from './database.ts';
import type { MirroredTable } from './mapping.ts';
import type { ColumnValue } from './normalize-cell.ts';

export interface PushedCell {
  column: string;
  fieldId: string;
  /** A link that has no record yet is waited for. */
  value: ColumnValue | { waits: true };
}

export interface PushedRow {
  rowId: string;
  /** Null while the record has not been made. */
  recordId: string | null;
  /** More than 1: it may be there already. */
  attempts: number;
  cells: PushedCell[];
}

/** What is sent next, all of one table: changes of records, or records to be made. */
export interface Claim {
  tableId: string;
  table: MirroredTable;
  creation: boolean;
  /** The field that says which row a record was made for; null where the table has none. */
  liveId: string | null;
  rows: PushedRow[];
}

export interface FoundRecord {
  row_id: string;
  values: Record<string, ColumnValue>;
}

export interface WrittenRecord {
  row_id: string;
  record_id: string;
  /** Only of a record that was made. */
  made_at: string | null;
  values: Record<string, ColumnValue>;
}

export interface RefusedCells {
  row_id: string;
  columns: string[];
  /** Airtable's own words. */
  error: string;
  type?: string | undefined;
}

export interface OutboxCounts {
  pending: number;
  sent: number;
  parked: number;
}

/** The outbox in Postgres. Every call is one transaction, and rejects with code AL001 when the lease is somebody else's. */
export interface PushStore {
  /** Bases of which something is due. */
  basesToPush(): Promise<string[]>;
  /** Takes up what a process that died has left. */
  begin(baseId: string, holder: string): Promise<void>;
  claim(baseId: string, holder: string, max: number): Promise<Claim | undefined>;
  /** Holds what is there against what is to be sent. Returns the columns that are to be sent. */
  decide(
    baseId: string,
    holder: string,
    found: readonly FoundRecord[],
    absent: readonly string[],
  ): Promise<Map<string, Set<string>>>;
  /** Says which records stand for rows now. */
  adopt(baseId: string, holder: string, made: readonly Omit<WrittenRecord, 'values'>[]): Promise<void>;
  record(
    baseId: string,
    holder: string,
    written: readonly WrittenRecord[],
    refused: readonly RefusedCells[],
  ): Promise<void>;
  /** To be tried again later. `rowIds` undefined: everything of the base. */
  release(
    baseId: string,
    holder: string,
    rowIds: readonly string[] | undefined,
    wait: { ms: number; reason: string; parked?: boolean },
  ): Promise<void>;
  /** Until something is due; undefined when nothing waits. */
  nextDueMs(baseId: string): Promise<number | undefined>;
  counts(): Promise<OutboxCounts>;
}

export function createPushStore({ run }: Database): PushStore {
  return {
    async basesToPush() {
      const rows = await run((sql) => sql<{ id: string }[]>`select id from airtable.bases_to_push() as id`);
      return rows.map(({ id }) => id);
    },
    async begin(baseId, holder) {
      await run((sql) => sql`select airtable.begin_push(${baseId}, ${holder})`);
    },
    async claim(baseId, holder, max) {
      const [row] = await run(
        (sql) => sql<{ claim: ClaimRow | null }[]>`
          select airtable.claim_pushes(${baseId}, ${holder}, ${max}) as claim`,
      );
      return row?.claim ? claimOf(row.claim) : undefined;
    },
    async decide(baseId, holder, found, absent) {
      const [row] = await run(
        (sql) => sql<{ sends: { row_id: string; columns: string[] }[] }[]>`
          select airtable.decide_pushes(${baseId}, ${holder}, ${jsonParameter(sql, found)},
            array(select jsonb_array_elements_text(${sql.json([...absent])})::uuid)) as sends`,
      );
      return new Map((row?.sends ?? []).map(({ row_id, columns }) => [row_id, new Set(columns)]));
    },
    async adopt(baseId, holder, made) {
      await run(
        (sql) => sql`select airtable.adopt_pushes(${baseId}, ${holder}, ${jsonParameter(sql, made)})`,
      );
    },
    async record(baseId, holder, written, refused) {
      await run(
        (sql) => sql`
          select airtable.record_pushes(${baseId}, ${holder}, ${jsonParameter(sql, written)}, ${jsonParameter(sql, refused)})`,
      );
    },
    async release(baseId, holder, rowIds, { ms, reason, parked = false }) {
      await run(
        (sql) => sql`
          select airtable.release_pushes(${baseId}, ${holder},
            ${rowIds ? sql`array(select jsonb_array_elements_text(${sql.json([...rowIds])})::uuid)` : null},
            ${ms}, ${reason}, ${parked})`,
      );
    },
    async nextDueMs(baseId) {
      const [row] = await run(
        (sql) => sql<{ ms: number | null }[]>`select airtable.next_push_ms(${baseId}) as ms`,
      );
      return row?.ms ?? undefined;
    },
    async counts() {
      const [row] = await run(
        (sql) => sql<{ counts: OutboxCounts }[]>`select airtable.outbox_counts() as counts`,
      );
      return row!.counts;
    },
  };
}

interface ClaimRow {
  table_id: string;
  table: MirroredTable;
  creation: boolean;
  live_id: string | null;
  rows: {
    row_id: string;
    record_id: string | null;
    attempts: number;
    cells: { column: string; field_id: string; value: PushedCell['value'] }[];
  }[];
}

function claimOf({ table_id: tableId, table, creation, live_id: liveId, rows }: ClaimRow): Claim {
  return {
    tableId,
    table,
    creation,
    liveId,
    rows: rows.map(({ row_id: rowId, record_id: recordId, attempts, cells }) => ({
      rowId,
      recordId,
      attempts,
      cells: cells.map(({ column, field_id: fieldId, value }) => ({ column, fieldId, value })),
    })),
  };
}
