import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './testing/test-database.ts';

async function as(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

test('postgres is no superuser, may migrate public, and may not create objects in auth', async () => {
  await using database = await createTestDatabase('platform');
  const { rows } = await as(
    database.url(),
    `select rolsuper, rolbypassrls from pg_roles where rolname = current_user`,
  );
  expect(rows).toEqual([{ rolsuper: false, rolbypassrls: true }]);
  await as(database.url(), 'create table public.t (id int); create extension pg_trgm with schema extensions');
  await expect(as(database.url(), 'create table auth.t (id int)')).rejects.toThrow(
    /permission denied for schema auth/,
  );
});

test('a table that postgres makes in public is open to anon until it is revoked, as on the platform', async () => {
  await using database = await createTestDatabase('platform');
  await as(database.url(), 'create table public.t (id int)');
  const { rows } = await as(
    database.url(),
    `select has_table_privilege('anon', 'public.t', 'select') as open`,
  );
  expect(rows).toEqual([{ open: true }]);
});
