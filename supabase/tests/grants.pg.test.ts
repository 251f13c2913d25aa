import { readdirSync, readFileSync } from 'node:fs';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../scripts/stack/testing/test-database.ts';

/** Compared with grants.txt beside this file: a change of rights is a line in the diff. UPDATE: `vitest -u`. */
const MATRIX = './grants.txt';
const OURS = ['public', 'private', 'live', 'airtable'];

let database: TestDatabase;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});

test('who may do what with each table, view and function is as written down', async () => {
  const rows = await sql<{ what: string; rights: string }[]>`
    with roles(role) as (values ('anon'), ('authenticated'), ('service_role')),
    things as (
      select n.nspname || '.' || c.relname as what, role, string_agg(p, ' ' order by p) as rights
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, roles,
        unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as p
      where n.nspname = any (${OURS}) and c.relkind in ('r', 'v', 'p') and has_table_privilege(role, c.oid, p)
      group by 1, 2
      union all
      select format('%s.%s(%s)', n.nspname, f.proname, pg_get_function_identity_arguments(f.oid)), role, 'execute'
      from pg_proc f join pg_namespace n on n.oid = f.pronamespace, roles
      where n.nspname = any (${OURS}) and has_function_privilege(role, f.oid, 'execute')
    )
    select what, string_agg(role || ': ' || rights, '; ' order by role) as rights from things group by what order by what`;
  await expect(rows.map((row) => `${row.what}  ${row.rights}`).join('\n') + '\n').toMatchFileSnapshot(MATRIX);
});

test('every table of ours has RLS on, a comment, and an index behind each foreign key', async () => {
  const bare = await sql`
    select n.nspname || '.' || c.relname as what from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any (${OURS}) and c.relkind in ('r', 'p')
      and (not c.relrowsecurity or obj_description(c.oid, 'pg_class') is null)`;
  expect(bare.map((row) => row.what as string)).toEqual([]);

  const unindexed = await sql`
    select k.conrelid::regclass || '.' || k.conname as what from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and n.nspname = any (${OURS})
      and not exists (
        select from pg_index i
        where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1]
          -- One that leaves out rows serves no cascade.
          and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', (
            select attname from pg_attribute where attrelid = k.conrelid and attnum = k.conkey[1]))))`;
  expect(unindexed.map((row) => row.what as string)).toEqual([]);
});

test('who is not signed in may do nothing, by their own role or by PUBLIC', async () => {
  const open = await sql<{ what: string }[]>`
    with held as (
      select c.oid::regclass::text as what, c.relnamespace as schema, coalesce(c.relacl, acldefault('r', c.relowner)) as acl
      from pg_class c where c.relkind in ('r', 'v', 'p', 'm', 'S')
      union all
      select c.oid::regclass || '.' || a.attname, c.relnamespace, a.attacl
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      union all
      select f.oid::regprocedure::text, f.pronamespace, coalesce(f.proacl, acldefault('f', f.proowner)) from pg_proc f
      union all
      select n.nspname, n.oid, n.nspacl from pg_namespace n where n.nspname <> 'public'
    )
    select h.what from held h join pg_namespace n on n.oid = h.schema cross join lateral aclexplode(h.acl) as x
    where n.nspname = any (${OURS}) and x.grantee in (0, 'anon'::regrole)`;
  expect(open.map(({ what }) => what)).toEqual([]);
});

test('every policy is for signed-in people, and a table has one an operation', async () => {
  const policies = await sql<{ what: string; cmd: string; roles: string[] }[]>`
    select schemaname || '.' || tablename as what, cmd, roles::text[] as roles from pg_policies
    where schemaname = any (${OURS})`;
  expect(
    policies.filter((policy) => policy.roles.join() !== 'authenticated' || policy.cmd === 'ALL'),
  ).toEqual([]);
  const operations = policies.map((policy) => `${policy.what} ${policy.cmd}`);
  expect(operations.filter((operation, i) => operations.indexOf(operation) !== i)).toEqual([]);
});

test('every function has an empty search_path; each definer function says why it is one', async () => {
  const functions = await sql<{ name: string; definer: boolean; config: string[] | null }[]>`
    select n.nspname || '.' || f.proname as name, f.prosecdef as definer, f.proconfig as config
    from pg_proc f join pg_namespace n on n.oid = f.pronamespace where n.nspname = any (${OURS})`;
  expect(
    functions.filter(({ config }) => !config?.includes('search_path=""')).map(({ name }) => name),
  ).toEqual([]);

  const folder = new URL('../migrations/', import.meta.url);
  const migrations = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  const unexplained = functions
    .filter(({ definer }) => definer)
    .filter(({ name }) => {
      const [before = ''] = migrations.split(`create function ${name}(`);
      return !/-- Definer: [^\n]+\n(-- [^\n]*\n)*$/.test(before);
    });
  expect(unexplained.map(({ name }) => name)).toEqual([]);
});
