import { readdirSync } from 'node:fs';
import pg from 'pg';
import { MIGRATIONS } from './migrations.ts';
import { supabaseCli } from './supabase-cli.ts';

/** Versions that the CLI has recorded; undefined on a database that it has never touched. */
async function appliedVersions(url: string): Promise<Set<string> | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query(
      `select from pg_tables where schemaname = 'supabase_migrations' and tablename = 'schema_migrations'`,
    );
    if (tables.length === 0) return undefined;
    const { rows } = await client.query<{ version: string }>(
      'select version from supabase_migrations.schema_migrations',
    );
    return new Set(rows.map((row) => row.version));
  } finally {
    await client.end();
  }
}

/**
 * Brings the database to where the project's files say: on the first start by
 * `supabase db reset` (migrations and seed), later the migrations that are new. Data are kept.
 */
export async function prepareDatabase(url: string): Promise<'seeded' | 'migrated' | 'unchanged'> {
  const applied = await appliedVersions(url);
  if (applied === undefined) {
    await supabaseCli(url, 'db', 'reset', '--yes');
    return 'seeded';
  }
  const pending = readdirSync(MIGRATIONS).some(
    (file) => file.endsWith('.sql') && !applied.has(file.split('_')[0]!),
  );
  if (!pending) return 'unchanged';
  try {
    await supabaseCli(url, 'migration', 'up', '--yes');
  } catch (cause) {
    throw new Error(
      `The new migrations could not be applied to the data that are here. If they tell another story than those that were applied, delete the stack's folder (.local) and start again: base and database begin anew.\n\n${String(cause)}`,
      { cause },
    );
  }
  return 'migrated';
}
