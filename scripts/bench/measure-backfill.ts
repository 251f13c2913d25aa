import postgres from 'postgres';
import { followScan } from '../airtable/follow-scan.ts';
import type { Stack } from '../stack/create-stack.ts';
import type { Measured } from './measured.ts';

/** A full scan of the base under Airtable's limit of 5 calls a second, which allows 500 records a second. */
export async function measureBackfill({ env }: Stack): Promise<Measured[]> {
  const sql = postgres(env.DB_URL, { max: 1 });
  try {
    const start = performance.now();
    const response = await fetch(`${env.FUNCTIONS_URL}/airtable/backfill`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sync-secret': env.SYNC_SECRET },
      body: '{}',
    });
    const { runId } = (await response.json()) as { runId: string };
    const { records } = await followScan(sql, runId, () => undefined);
    const seconds = (performance.now() - start) / 1000;
    return [
      { name: `scan of ${records} records at 5 calls a second`, value: seconds, unit: 's' },
      { name: 'scanned, a second', value: records / seconds, unit: 'rows/s' },
    ];
  } finally {
    await sql.end();
  }
}
