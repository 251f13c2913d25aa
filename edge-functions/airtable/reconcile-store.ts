import { jsonParameter, type Database } from './database.ts';
import type { MirroredTable } from './mapping.ts';
import type { ColumnValue } from './normalize-cell.ts';

/** One table of a comparison under way. */
export interface Comparison {
  runId: string;
  tableId: string;
  table: MirroredTable;
  state: 'reading' | 'settling';
  nextOffset: string | null;
  /** Null: nothing was read yet. */
  startedAt: string | null;
  restarts: number;
}

/** A record's cells as far as they can be read. */
export interface ComparedRecord {
  airtable_id: string;
  values: Record<string, ColumnValue>;
}

/** Records to be looked at again. None, and `left`: they are due in `waitMs`. */
export interface Suspects {
  /** The database's time, before the look. */
  lookedAt: string;
  records: string[];
  left: number;
  waitMs: number;
}

export interface ReconcileTable {
  table: string;
  state: 'reading' | 'settling' | 'done' | 'failed';
  records: number;
  missing: number | null;
  extra: number | null;
  different: number | null;
  moving: number | null;
  dead_letters: number | null;
  /** Columns of which nothing can be said, since their field is in drift. */
  skipped: string[] | null;
  base_hash: string | null;
  mirror_hash: string | null;
  error: string | null;
}

/** What a comparison has come to, as owners see it. */
export interface ReconcileProgress {
  run_id: string;
  kind: 'reconcile';
  state: 'running' | 'succeeded' | 'failed';
  reason: string | null;
  started_at: string;
  finished_at: string | null;
  error: string | null;
  records: number;
  expected: number;
  suspects: number;
  missing: number;
  extra: number;
  different: number;
  moving: number;
  dead_letters: number;
  identical: boolean;
  tables: ReconcileTable[];
}

/** Comparisons of bases with their mirror, in Postgres. Every call is one statement, so one transaction. */
export interface ReconcileStore {
  /** Joins the comparison that is under way. Returns its run. */
  begin(baseId: string, reason: string): Promise<string>;
  /** The table to go on with. */
  next(baseId: string): Promise<Comparison | undefined>;
  /** Begins a table from its first page. Returns the database's time, before the read. */
  open(comparison: Comparison): Promise<string>;
  /** Rejects with code AL001 when the comparison is not at its offset any more. `to` null: that was the last page. */
  noteCompared(
    baseId: string,
    holder: string,
    comparison: Comparison & { startedAt: string },
    to: string | null,
    records: readonly ComparedRecord[],
  ): Promise<void>;
  nextSuspects(comparison: Comparison, max: number): Promise<Suspects>;
  settle(
    baseId: string,
    holder: string,
    comparison: Comparison,
    lookedAt: string,
    records: readonly ComparedRecord[],
    absent: readonly string[],
  ): Promise<void>;
  close(comparison: Comparison): Promise<void>;
  fail(comparison: Comparison, reason: string): Promise<void>;
  progress(runId: string): Promise<ReconcileProgress | undefined>;
  /** Closes the runs whose tables are all done. */
  finish(baseId: string): Promise<ReconcileProgress[]>;
  /** Puts differences on the list of what is to be read again. Returns how many; undefined for a run that is not known. */
  repair(runId: string, ids: readonly number[] | undefined): Promise<number | undefined>;
  /** The database's time. */
  now(): Promise<string>;
  /** Whether the webhook's log was read to its end since. */
  isDrainedSince(webhookId: string, at: string): Promise<boolean>;
}

export function createReconcileStore({ run }: Database): ReconcileStore {
  return {
    async begin(baseId, reason) {
      const [row] = await run(
        (sql) => sql<{ run: string }[]>`select airtable.begin_reconciliation(${baseId}, ${reason}) as run`,
      );
      return row!.run;
    },
    async next(baseId) {
      const [row] = await run(
        (sql) => sql<Comparison[]>`
          select run_id as "runId", table_id as "tableId", table_name as "table", state, next_offset as "nextOffset",
            started_at::text as "startedAt", restarts
          from airtable.next_reconciliation(${baseId})`,
      );
      return row;
    },
    async open({ runId, tableId }) {
      const [row] = await run(
        (sql) => sql<{ at: string }[]>`select airtable.open_comparison(${runId}, ${tableId})::text as at`,
      );
      return row!.at;
    },
    async noteCompared(baseId, holder, { runId, tableId, startedAt, nextOffset }, to, records) {
      await run(
        (sql) => sql`
          select airtable.note_compared(${baseId}, ${holder}, ${runId}, ${startedAt}::text::timestamptz,
            ${nextOffset}, ${to}, ${tableId}, ${jsonParameter(sql, records)})`,
      );
    },
    async nextSuspects({ runId, tableId }, max) {
      const [row] = await run(
        (sql) => sql<{ next: { looked_at: string; records: string[]; left: number; wait_ms: number } }[]>`
          select airtable.next_suspects(${runId}, ${tableId}, ${max}) as next`,
      );
      const { looked_at: lookedAt, records, left, wait_ms: waitMs } = row!.next;
      return { lookedAt, records, left, waitMs };
    },
    async settle(baseId, holder, { runId, tableId }, lookedAt, records, absent) {
      await run(
        (sql) => sql`
          select airtable.settle_suspects(${baseId}, ${holder}, ${runId}, ${tableId}, ${lookedAt}::text::timestamptz,
            ${jsonParameter(sql, records)}, array(select jsonb_array_elements_text(${sql.json([...absent])})))`,
      );
    },
    async close({ runId, tableId }) {
      await run((sql) => sql`select airtable.close_comparison(${runId}, ${tableId})`);
    },
    async fail({ runId, tableId }, reason) {
      await run((sql) => sql`select airtable.fail_comparison(${runId}, ${tableId}, ${reason})`);
    },
    async progress(runId) {
      const [row] = await run(
        (sql) => sql<{ progress: ReconcileProgress | null }[]>`
          select airtable.reconcile_progress(${runId}) as progress`,
      );
      return row?.progress ?? undefined;
    },
    async finish(baseId) {
      const rows = await run(
        (sql) => sql<{ progress: ReconcileProgress }[]>`
          select p as progress from airtable.finish_reconciliations(${baseId}) as p`,
      );
      return rows.map(({ progress }) => progress);
    },
    async repair(runId, ids) {
      const [row] = await run(
        (sql) => sql<{ asked: number }[]>`
          select airtable.repair_differences(r.id, ${
            ids ? sql`array(select jsonb_array_elements_text(${sql.json([...ids])})::bigint)` : null
          }) as asked
          from airtable.runs r where r.id = ${runId} and r.kind = 'reconcile'`,
      );
      return row?.asked;
    },
    async now() {
      const [row] = await run((sql) => sql<{ now: string }[]>`select clock_timestamp()::text as now`);
      return row!.now;
    },
    async isDrainedSince(webhookId, at) {
      const [row] = await run(
        (sql) => sql<{ drained: boolean | null }[]>`
          select w.last_drained_at > ${at}::text::timestamptz as drained
          from airtable.webhooks w where w.id = ${webhookId}`,
      );
      return row?.drained === true;
    },
  };
}
