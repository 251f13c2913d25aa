import { setTimeout as wait } from 'node:timers/promises';
import type postgres from 'postgres';

export interface ScanProgress {
  state: 'running' | 'succeeded' | 'continued' | 'failed';
  records: number;
  /** About as many as there will be; at least as many as there are. */
  expected: number;
  written: number;
  deleted: number;
  dead_letters: number;
  error: string | null;
}

const LOOK_EVERY_MS = 500;

/** Tells how far a full scan is, until it is done; resolves with what it came to. */
export async function followScan(
  sql: postgres.Sql,
  runId: string,
  onProgress: (progress: ScanProgress) => void,
): Promise<ScanProgress> {
  for (;;) {
    const [row] = await sql<{ progress: ScanProgress }[]>`
      select airtable.scan_progress(r.id) || jsonb_build_object('error', r.error) as progress
      from airtable.runs r where r.id = ${runId}`;
    if (!row) throw new Error(`There is no scan ${runId} any more.`);
    if (row.progress.state !== 'running') return row.progress;
    onProgress(row.progress);
    await wait(LOOK_EVERY_MS);
  }
}

/** "1,200 of about 5,000 records, 12 s left" */
export function describeProgress({ records, expected }: ScanProgress, seconds: number): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  if (expected <= records) return `${count(records)} records`;
  const left = records > 0 ? `, ${Math.ceil(((expected - records) * seconds) / records)} s left` : '';
  return `${count(records)} of about ${count(expected)} records${left}`;
}
