import { setTimeout as wait } from 'node:timers/promises';
import type postgres from 'postgres';
import { z } from 'zod';
import type { ReconcileProgress } from '../../edge-functions/airtable/reconcile-store.ts';
import type { ReportedDifference } from './describe-report.ts';

export interface ReconcileTarget {
  functionsUrl: string;
  syncSecret: string;
  baseId: string;
}

const LOOK_EVERY_MS = 500;
const Begun = z.object({ runId: z.string() });
const Accepted = z.object({ accepted: z.number() });

/** Has the function compare a base with its mirror, tells how far that is, and resolves with what it came to. */
export async function reconcileBase(
  sql: postgres.Sql,
  target: ReconcileTarget,
  onProgress: (report: ReconcileProgress) => void,
): Promise<{ runId: string; report: ReconcileProgress }> {
  const { runId } = Begun.parse(await post(target, { baseId: target.baseId }));
  for (;;) {
    const [row] = await sql<{ report: ReconcileProgress }[]>`
      select airtable.reconcile_progress(id) as report from airtable.runs where id = ${runId}`;
    if (!row) throw new Error(`There is no comparison ${runId} any more.`);
    if (row.report.state !== 'running') return { runId, report: row.report };
    onProgress(row.report);
    await wait(LOOK_EVERY_MS);
  }
}

/** Has what a comparison found read again and applied. Resolves with how many records that are. */
export async function repairDifferences(target: ReconcileTarget, runId: string): Promise<number> {
  return Accepted.parse(await post(target, { repair: { runId } })).accepted;
}

/** The first differences that a comparison found. */
export async function readDifferences(
  sql: postgres.Sql,
  runId: string,
  max: number,
): Promise<ReportedDifference[]> {
  return [
    ...(await sql<ReportedDifference[]>`
      select table_name, record_id, kind, columns from airtable.differences where run_id = ${runId} order by id limit ${max}`),
  ];
}

async function post({ functionsUrl, syncSecret }: ReconcileTarget, body: object): Promise<unknown> {
  const response = await fetch(`${functionsUrl}/airtable/reconcile`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sync-secret': syncSecret },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The function refused: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
