import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../stack/testing/test-database.ts';
import { schemaSnapshot } from './schema-snapshot.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url() });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

test('twice → the same text, and the connection is as it was', async () => {
  const { rows: before } = await client.query('show search_path');
  expect(await schemaSnapshot(client)).toBe(await schemaSnapshot(client));
  expect((await client.query('show search_path')).rows).toEqual(before);
});

test.each([
  ['alter table signals add column budget integer', 'budget integer'],
  ['alter table signals alter column title set default $$untitled$$', "title text default 'untitled'::text"],
  ['alter table signals alter column title set not null', "title text default 'untitled'::text not null"],
  ['alter table signals add constraint dear check (budget > 9)', 'constraint dear CHECK (budget > 9)'],
  ['create index signals_budget_idx on signals (budget)', 'CREATE INDEX signals_budget_idx'],
  ['alter table signals disable row level security', 'alter table public.signals disable row level'],
  ['comment on column signals.budget is $$In dollars.$$', "public.signals.budget is 'In dollars.'"],
  ['grant update on signals to authenticated', 'grant select, update on public.signals to authenticated;'],
  ['grant update (name) on startups to anon', 'grant update on public.startups (name) to anon;'],
  ['grant usage on schema live to anon', 'grant usage on schema live to anon;'],
  [
    'create policy "all see all" on matches using (true)',
    'on public.matches for all to public\n  using (true);',
  ],
  [
    'create policy "anybody hears" on realtime.messages for select using (true)',
    'create policy "anybody hears" on realtime.messages',
  ],
  ["alter type region add value 'abroad'", "'west', 'unassigned', 'abroad'"],
  ['create view private.titles as select title from signals', 'create view private.titles as\n'],
  [
    'alter view private.pool_signals set (security_invoker = true)',
    'pool_signals with (security_invoker=true)',
  ],
  [
    'alter function live.publish() security invoker',
    'live.publish()\n RETURNS trigger\n LANGUAGE plpgsql\n SET',
  ],
  [
    'grant execute on function live.publish() to public',
    'grant execute on function live.publish() to public;',
  ],
  ['alter table live.touched disable trigger publish', 'live.publish(); -- tgenabled D'],
  ['create unlogged table live.scratch (n integer)', 'create unlogged table live.scratch'],
  ['alter default privileges grant execute on functions to anon', 'in any schema: anon=X/postgres'],
])('%s → written', async (change, line) => {
  expect(await schemaSnapshot(client)).not.toContain(line);
  await client.query(change);
  expect(await schemaSnapshot(client)).toContain(line);
});

test('a kind of thing that it has no words for → an error that names it', async () => {
  await client.query('create materialized view private.titles_kept as select title from signals');
  await expect(schemaSnapshot(client)).rejects.toThrow('private.titles_kept (relkind m)');
});
