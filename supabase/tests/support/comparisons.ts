import type postgres from 'postgres';
import { HOLDER, type MirroredSignals } from './mirrored-signals.ts';

export interface ComparedRecord {
  airtable_id: string;
  values: Record<string, unknown>;
}

/** A comparison of the signals, told to the database step by step. */
export interface Comparison {
  readonly run: string;
  /** The only page of the base. */
  read(records: ComparedRecord[], at?: { holder?: string; from?: string | null }): Promise<void>;
  /** A second look, with the log drained since. */
  look(records: ComparedRecord[], absent?: string[], holder?: string): Promise<void>;
  /** `recS: confirmed`, of those that are still compared. */
  states(): Promise<string[]>;
  /** Settles what is left and closes the run. Returns what it came to. */
  finish(): Promise<Record<string, unknown>>;
}

export async function beginComparison(signals: MirroredSignals): Promise<Comparison> {
  const { sql } = signals;
  const [begun] = await sql<
    { run: string }[]
  >`select airtable.begin_reconciliation('appTest', 'A test') as run`;
  const run = begun!.run;
  const [opened] = await sql<
    { at: string }[]
  >`select airtable.open_comparison(${run}, 'tblSignals')::text as at`;
  const json = (value: unknown) => sql.json(value as postgres.JSONValue);
  return {
    run,
    async read(records, { holder = HOLDER, from = null } = {}) {
      await sql`select airtable.note_compared('appTest', ${holder}, ${run}, ${opened!.at}::text::timestamptz, ${from}, null,
        'tblSignals', ${json(records)})`;
    },
    async look(records, absent = [], holder = HOLDER) {
      await sql`select airtable.settle_suspects('appTest', ${holder}, ${run}, 'tblSignals', ${await signals.now()}::text::timestamptz,
        ${json(records)}, ${absent})`;
    },
    states: async () =>
      (
        await sql<{ line: string }[]>`
          select record_id || ': ' || state as line from airtable.compared where run_id = ${run} order by 1`
      ).map(({ line }) => line),
    async finish() {
      await sql`select airtable.close_comparison(${run}, 'tblSignals')`;
      const [row] = await sql<{ report: Record<string, unknown> }[]>`
        select r as report from airtable.finish_reconciliations('appTest') as r`;
      return row!.report;
    },
  };
}
