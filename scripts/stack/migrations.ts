import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const FOLDER = fileURLToPath(new URL('../../supabase/migrations/', import.meta.url));

/**
 * Runs every file of supabase/migrations as `postgres`, as `supabase db reset` does, for databases that tests
 * make by the dozen. The stack itself uses the CLI, which keeps the history of what was applied.
 */
export async function applyMigrations(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const file of readdirSync(FOLDER).sort()) {
      if (!file.endsWith('.sql')) continue;
      try {
        await client.query(readFileSync(FOLDER + file, 'utf8'));
      } catch (cause) {
        throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    }
  } finally {
    await client.end();
  }
}
