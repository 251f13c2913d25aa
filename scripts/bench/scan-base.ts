import type postgres from 'postgres';
import { followScan } from '../airtable/follow-scan.ts';
import type { Stack } from '../stack/create-stack.ts';

export interface Scanned {
  runId: string;
  records: number;
}

/** One full scan of the base, from asking for it to its end. */
export async function scanBase({ env }: Stack, sql: postgres.Sql): Promise<Scanned> {
  const response = await fetch(`${env.FUNCTIONS_URL}/airtable/backfill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sync-secret': env.SYNC_SECRET },
    body: '{}',
  });
  const { runId } = (await response.json()) as { runId: string };
  const { state, error, records } = await followScan(sql, runId, () => undefined);
  if (state !== 'succeeded') throw new Error(`The scan ${state}: ${error ?? 'without a reason'}`);
  return { runId, records };
}
