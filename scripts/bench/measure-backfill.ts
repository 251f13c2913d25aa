import postgres from 'postgres';
import type { Stack } from '../stack/create-stack.ts';
import type { Measured } from './measured.ts';
import { scanBase } from './scan-base.ts';

/** A full scan of the base under Airtable's limit of 5 calls a second, which allows 500 records a second. */
export async function measureBackfill(stack: Stack): Promise<Measured[]> {
  const sql = postgres(stack.env.DB_URL, { max: 1 });
  try {
    const start = performance.now();
    const { records } = await scanBase(stack, sql);
    const seconds = (performance.now() - start) / 1000;
    return [
      { name: `scan of ${records} records at 5 calls a second`, value: seconds, unit: 's' },
      { name: 'scanned, a second', value: records / seconds, unit: 'rows/s' },
    ];
  } finally {
    await sql.end();
  }
}
