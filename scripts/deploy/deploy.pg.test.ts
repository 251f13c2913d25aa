import { execFile } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from '../airtable-simulator/airtable-simulator.ts';
import { API_KEY, BASE_ID } from '../airtable-simulator/testing/simulator-client.ts';
import { createTempFolder } from '../stack/testing/temp-folder.ts';
import { createTestDatabase, type TestDatabase } from '../stack/testing/test-database.ts';
import { createManagementApi, type ManagementApi } from './testing/management-api.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TOKEN = `sbp_${'0'.repeat(40)}`;
const SECRET = 'a secret of "cron" #1 $HOME \\n';
const PROJECT = 'abcdefghijklmnopqrst';
const folder = createTempFolder();

let database: TestDatabase;
let management: ManagementApi;
let airtable: AirtableSimulator;
let sql: postgres.Sql;
let output: string;

/** `npm run deploy` as a user runs it, at a project that stands in for a hosted one. */
async function deploy(...args: string[]): Promise<string> {
  const profile = `${folder.path}/profile.yaml`;
  writeFileSync(
    profile,
    `name: test\napi_url: ${management.url}\ndashboard_url: ${management.url}\nproject_host: supabase.test\n`,
  );
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['scripts/deploy.ts', ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: folder.path,
      DO_NOT_TRACK: '1',
      PGSSLMODE: 'disable',
      SUPABASE_PROFILE: profile,
      SUPABASE_ACCESS_TOKEN: TOKEN,
      SUPABASE_PROJECT_REF: PROJECT,
      DATABASE_URL: database.url(),
      AIRTABLE_API_URL: airtable.url,
      AIRTABLE_API_KEY: API_KEY,
      AIRTABLE_BASE_ID: BASE_ID,
      SYNC_SECRET: SECRET,
    },
  });
  return stdout + stderr;
}

/** What the platform has and a bare Postgres has not: the vault, pg_cron and pg_net, as far as a schedule needs them. */
async function createPlatformParts(superuser: postgres.Sql): Promise<void> {
  await superuser.unsafe(`
    create schema vault; create schema cron; create schema net;
    create table vault.secrets (id uuid primary key default gen_random_uuid(), name text unique, secret text);
    create view vault.decrypted_secrets as select name, secret as decrypted_secret from vault.secrets;
    create function vault.create_secret(new_secret text, new_name text) returns uuid language sql
      as 'insert into vault.secrets (secret, name) values (new_secret, new_name) returning id';
    create function vault.update_secret(secret_id uuid, new_secret text) returns void language sql
      as 'update vault.secrets set secret = new_secret where id = secret_id';
    create table cron.job (jobname text primary key, schedule text, command text);
    create function cron.schedule(name text, at text, command text) returns bigint language sql
      as 'insert into cron.job values (name, at, command) on conflict (jobname) do update set schedule = at, command = excluded.command returning 1::bigint';
    create table net.posts (url text, headers jsonb);
    create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000)
      returns bigint language sql as 'insert into net.posts values (url, headers) returning 1::bigint';
    grant usage on schema vault, cron, net to postgres;
    grant all on all tables in schema vault, cron, net to postgres;`);
}

beforeAll(async () => {
  database = await createTestDatabase('platform');
  management = await createManagementApi(TOKEN);
  airtable = await createAirtableSimulator({
    port: 0,
    stateDir: `${folder.path}/airtable`,
    apiKey: API_KEY,
    baseId: BASE_ID,
  });
  sql = postgres(database.url(), { max: 1, onnotice: () => {} });
  const superuser = postgres(database.url('supabase_admin'), { max: 1 });
  await createPlatformParts(superuser);
  await superuser.end();
});

afterAll(async () => {
  await sql.end();
  await airtable[Symbol.asyncDispose]();
  await management[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

test('a dry run → every step, no secret, nothing done', async () => {
  const said = await deploy('--dry-run');
  expect(said).toContain('supabase functions deploy airtable --use-api');
  expect(said).toContain('dry run');
  for (const secret of [TOKEN, SECRET, API_KEY]) expect(said).not.toContain(secret);
  expect(management.files.size).toBe(0);
  expect(await sql`select to_regclass('public.signals') as t`).toEqual([{ t: null }]);
});

test('a deployment → migrations, secrets, function, schedule and webhook are there', async () => {
  output = await deploy();
  const [{ signals }] = await sql<[{ signals: number }]>`select count(*)::int as signals from public.signals`;
  expect(signals).toBe(0);
  expect(Object.fromEntries(management.secrets.map(({ name, value }) => [name, value]))).toEqual({
    AIRTABLE_API_KEY: API_KEY,
    AIRTABLE_API_URL: airtable.url,
    SYNC_SECRET: SECRET,
  });
  expect(await sql`select base_id from airtable.webhooks`).toEqual([{ base_id: BASE_ID }]);
  for (const secret of [TOKEN, SECRET, API_KEY]) expect(output).not.toContain(secret);
});

test('the files of the function that were uploaded → all that it has, and no other', () => {
  const own = globSync('edge-functions/airtable/**/*.ts', { cwd: ROOT }).filter(
    (path) => !path.includes('.test.') && !path.includes('/testing/'),
  );
  expect([...management.files.keys()].sort()).toEqual(['edge-functions/deno.json', ...own].sort());
  expect(management.metadata).toMatchObject({
    entrypoint_path: 'edge-functions/airtable/index.ts',
    import_map_path: 'edge-functions/deno.json',
    verify_jwt: false,
  });
});

test('what the function imports → its own files, and pinned packages that the platform fetches from npm', () => {
  const map = JSON.parse(management.files.get('edge-functions/deno.json')!) as {
    imports: Record<string, string>;
  };
  for (const target of Object.values(map.imports))
    expect(target).toMatch(/^npm:\/?@?[\w/-]+@\d+\.\d+\.\d+\/?$/);
  for (const [path, text] of management.files) {
    for (const [, specifier] of text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)) {
      const known = Object.keys(map.imports).some((name) =>
        name.endsWith('/') ? specifier!.startsWith(name) : specifier === name,
      );
      expect(specifier!.startsWith('.') || known, `${path} imports ${specifier}`).toBe(true);
    }
  }
});

test('the job that was scheduled → posts to /drain with the secret, which stands in the vault alone', async () => {
  const [job] = await sql<{ schedule: string; command: string }[]>`select schedule, command from cron.job`;
  expect(job!.schedule).toBe('30 seconds');
  expect(job!.command).not.toContain('secret of');
  await sql.unsafe(job!.command);
  expect(await sql`select url, headers ->> 'x-sync-secret' as secret from net.posts`).toEqual([
    { url: `https://${PROJECT}.supabase.co/functions/v1/airtable/drain`, secret: SECRET },
  ]);
});

test('an action that Airtable has to hear of → the database posts to /push at once', async () => {
  await sql`delete from net.posts`;
  await sql`insert into startups (name, airtable_id) values ('A', 'recA')`;
  await sql`update startups set name = 'B'`;
  expect(await sql`select url, headers ->> 'x-sync-secret' as secret from net.posts`).toEqual([
    { url: `https://${PROJECT}.supabase.co/functions/v1/airtable/push`, secret: SECRET },
  ]);
});

test('a transaction of many changes → one post, and the next one posts again', async () => {
  const posts = (): Promise<number> =>
    sql<{ n: number }[]>`select count(*)::int as n from net.posts`.then(([row]) => row!.n);
  await sql`delete from net.posts`;
  await sql.begin(async (transaction) => {
    for (const name of ['C', 'D', 'E']) await transaction`update startups set name = ${name}`;
  });
  expect(await posts()).toBe(1);
  await sql`update startups set name = 'F'`;
  expect(await posts()).toBe(2);
});

test('a second deployment → the same, and the webhook goes on', async () => {
  const before = await sql`select id, cursor from airtable.webhooks`;
  await deploy();
  expect(await sql`select id, cursor from airtable.webhooks`).toEqual(before);
  expect(await sql`select count(*)::int as jobs from cron.job`).toEqual([{ jobs: 1 }]);
});

test('settings that are missing → all of them named, nothing done', async () => {
  const failed = promisify(execFile)(process.execPath, ['scripts/deploy.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, SYNC_SECRET: 'short' },
  });
  const { code, stderr } = await failed.then(
    () => Promise.reject(new Error('it went on')),
    (error: unknown) => error as { code: number; stderr: string },
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /Nothing was done[\s\S]*SUPABASE_ACCESS_TOKEN is not set[\s\S]*SYNC_SECRET must have 16/,
  );
});
