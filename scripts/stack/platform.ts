import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const FOLDER = fileURLToPath(new URL('platform/', import.meta.url));

/**
 * Makes a database what it is on the platform before the first migration: roles, schemas, extensions,
 * default privileges, `auth`, `realtime`. `url` must connect as supabase_admin. Safe to repeat.
 */
export async function applyPlatform(url: string): Promise<void> {
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
