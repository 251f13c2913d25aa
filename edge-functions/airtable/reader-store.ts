import type { FieldDefinition } from './airtable-client.ts';
import { jsonParameter, type Database } from './database.ts';
import type { MirroredTable } from './mapping.ts';
import type { Snapshot } from './page.ts';
import type { FieldFacts } from './field-facts.ts';

/** Records of one table that are to be read now. */
export interface Rereads {
  tableId: string;
  source: 'airtable' | 'automation';
  /** The database's time, before the read. */
  readAt: string;
  records: string[];
  /** How many of this table wait in all. */
  due: number;
}

export interface Scan {
  runId: string;
  tableId: string;
  table: MirroredTable;
  state: 'pending' | 'running' | 'done' | 'failed';
  nextOffset: string | null;
  startedAt: string | null;
  restarts: number;
}

/** What a scan has come to, as owners see it. */
export interface ScanProgress {
  run_id: string;
  state: 'running' | 'succeeded' | 'failed';
  reason: string | null;
  started_at: string;
  records: number;
  written: number;
  deleted: number;
  dead_letters: number;
  expected: number;
  tables: { table: string; state: Scan['state']; records: number }[];
}

export interface Drift {
  table: string;
  column: string;
  drift: string;
}

export interface SnapshotCounts {
  written: number;
  deleted: number;
  refused: number;
}

/** What is to be read of a base over REST, and how far that has come. Every call is one statement, so one transaction. */
export interface ReaderStore {
  /** Bases of which something waits to be read. */
  basesToRead(): Promise<string[]>;
  boundBases(): Promise<string[]>;
  /** False when somebody else reads this base: they have been told to look again. */
  takeReader(baseId: string, holder: string, seconds: number): Promise<boolean>;
  /** True when somebody asked since the last renewal. */
  renewReader(baseId: string, holder: string, seconds: number): Promise<boolean>;
  /** True when somebody asked meanwhile, and the base is kept to look again. */
  releaseReader(baseId: string, holder: string): Promise<boolean>;
  askAgain(
    baseId: string,
    tableId: string,
    records: readonly string[],
    source: Rereads['source'],
  ): Promise<void>;
  nextRereads(baseId: string, max: number): Promise<Rereads | undefined>;
  applyRereads(baseId: string, holder: string, rereads: Rereads, snapshot: Snapshot): Promise<SnapshotCounts>;
  /** Takes records off the list that a scan of their table finds, or that nobody can read. */
  forgetRereads(baseId: string, tableId: string): Promise<void>;
  /** `anew`: also when a scan is under way. Returns its run. */
  beginScan(baseId: string, reason: string, anew: boolean, tableIds?: readonly string[]): Promise<string>;
  openScans(baseId: string): Promise<Scan[]>;
  /** Begins a table from its first page. Returns the database's time, before the read. */
  openIterator(scan: Scan): Promise<string>;
  /** Rejects with code AL001 when the scan is not at `from` any more. `to` null: that was the last page. */
  applyScan(
    baseId: string,
    holder: string,
    scan: Scan & { startedAt: string },
    from: string | null,
    to: string | null,
    batch: Snapshot & { seen: string[] },
  ): Promise<SnapshotCounts>;
  failScan(scan: Scan, reason: string): Promise<void>;
  scanProgress(runId: string): Promise<ScanProgress | undefined>;
  /** Closes the runs whose tables are all done. */
  finishScans(baseId: string): Promise<ScanProgress[]>;
  /** Compares the schema with the bindings. Returns what is in drift. */
  noteSchema(baseId: string, fields: readonly FieldDefinition[]): Promise<Drift[]>;
  /** Keeps names and choices, as owners see them. */
  noteFields(baseId: string, fields: readonly FieldFacts[]): Promise<void>;
  announce(channel: 'ops' | 'network', event: string, record: unknown): Promise<void>;
}

export function createReaderStore({ run }: Database): ReaderStore {
  return {
    async basesToRead() {
      const rows = await run(
        (sql) => sql<{ id: string }[]>`
          select base_id as id from airtable.rereads where not_before <= now()
          union select base_id from airtable.scans where state in ('pending', 'running')
          union select base_id from airtable.runs where kind in ('backfill', 'reconcile') and state = 'running'`,
      );
      return rows.map(({ id }) => id);
    },
    async boundBases() {
      const rows = await run(
        (sql) => sql<{ id: string }[]>`select distinct base_id as id from airtable.field_bindings order by 1`,
      );
      return rows.map(({ id }) => id);
    },
    async takeReader(baseId, holder, seconds) {
      const [row] = await run(
        (sql) =>
          sql<{ taken: boolean }[]>`select airtable.take_reader(${baseId}, ${holder}, ${seconds}) as taken`,
      );
      return row?.taken === true;
    },
    async renewReader(baseId, holder, seconds) {
      const [row] = await run(
        (sql) =>
          sql<
            { asked: boolean | null }[]
          >`select airtable.renew_reader(${baseId}, ${holder}, ${seconds}) as asked`,
      );
      return row?.asked === true;
    },
    async releaseReader(baseId, holder) {
      const [row] = await run(
        (sql) =>
          sql<{ again: boolean | null }[]>`select airtable.release_reader(${baseId}, ${holder}) as again`,
      );
      return row?.again === true;
    },
    async askAgain(baseId, tableId, records, source) {
      await run(
        (sql) =>
          sql`select airtable.ask_again(${baseId}, ${tableId}, array(select jsonb_array_elements_text(${sql.json([...records])})), ${source})`,
      );
    },
    async nextRereads(baseId, max) {
      const [row] = await run(
        (sql) => sql<{ next: Record<string, unknown> | null }[]>`
          select airtable.next_rereads(${baseId}, ${max}) as next`,
      );
      if (!row?.next) return undefined;
      const { table_id, source, read_at, records, due } = row.next;
      return { tableId: table_id, source, readAt: read_at, records, due } as Rereads;
    },
    async applyRereads(baseId, holder, { readAt, source }, snapshot) {
      const [row] = await run(
        (sql) => sql<{ counts: SnapshotCounts }[]>`
          select airtable.apply_rereads(${baseId}, ${holder}, ${readAt}::text::timestamptz, ${source},
            ${jsonParameter(sql, snapshot)}) as counts`,
      );
      return row!.counts;
    },
    async forgetRereads(baseId, tableId) {
      await run(
        (sql) => sql`delete from airtable.rereads where base_id = ${baseId} and table_id = ${tableId}`,
      );
    },
    async beginScan(baseId, reason, anew, tableIds) {
      const [row] = await run(
        (sql) => sql<{ run: string }[]>`
          select airtable.begin_scan(${baseId}, ${reason}, ${anew}, ${tableIds ? sql`array(select jsonb_array_elements_text(${sql.json([...tableIds])}))` : null}) as run`,
      );
      return row!.run;
    },
    openScans: (baseId) =>
      run(
        (sql) => sql<Scan[]>`
          select run_id as "runId", table_id as "tableId", table_name as "table", state, next_offset as "nextOffset",
            started_at::text as "startedAt", restarts
          from airtable.open_scans(${baseId})`,
      ),
    async openIterator({ runId, tableId }) {
      const [row] = await run(
        (sql) => sql<{ at: string }[]>`select airtable.open_iterator(${runId}, ${tableId})::text as at`,
      );
      return row!.at;
    },
    async applyScan(baseId, holder, scan, from, to, batch) {
      const [row] = await run(
        (sql) => sql<{ counts: SnapshotCounts }[]>`
          select airtable.apply_scan(${baseId}, ${holder}, ${scan.runId}, ${scan.startedAt}::text::timestamptz,
            ${from}, ${to}, ${jsonParameter(sql, batch)}) as counts`,
      );
      return row!.counts;
    },
    async failScan({ runId, tableId }, reason) {
      await run((sql) => sql`select airtable.fail_scan(${runId}, ${tableId}, ${reason})`);
    },
    async scanProgress(runId) {
      const [row] = await run(
        (sql) =>
          sql<{ progress: ScanProgress | null }[]>`select airtable.scan_progress(${runId}) as progress`,
      );
      return row?.progress ?? undefined;
    },
    async finishScans(baseId) {
      const rows = await run(
        (sql) => sql<{ progress: ScanProgress }[]>`
          select p as progress from airtable.finish_scans(${baseId}) as p`,
      );
      return rows.map(({ progress }) => progress);
    },
    async noteSchema(baseId, fields) {
      const [row] = await run(
        (sql) => sql<{ drift: Drift[] }[]>`
          select airtable.note_schema(${baseId}, ${jsonParameter(sql, fields)}) as drift`,
      );
      return row?.drift ?? [];
    },
    async noteFields(baseId, fields) {
      await run((sql) => sql`select airtable.note_fields(${baseId}, ${jsonParameter(sql, fields)})`);
    },
    async announce(channel, event, record) {
      await run((sql) => sql`select airtable.announce(${channel}, ${event}, ${jsonParameter(sql, record)})`);
    },
  };
}
