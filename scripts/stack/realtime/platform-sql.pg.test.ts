import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyPlatform } from '../platform.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createRealtimeServer } from './realtime-server.ts';

let database: TestDatabase;
let postgres: pg.Client;
let warnings: string[];

beforeAll(async () => {
  database = await createTestDatabase('platform');
  postgres = new pg.Client({ connectionString: database.url() });
  await postgres.connect();
  postgres.on('notice', ({ severity, message }) => severity === 'WARNING' && warnings.push(message ?? ''));
});
afterAll(async () => {
  await postgres.end();
  await database[Symbol.asyncDispose]();
});

async function withPartitions(): Promise<void> {
  await using server = await createRealtimeServer({
    databaseUrl: database.url('supabase_admin'),
    jwtSecret: 'x'.repeat(32),
  });
  await server.ready;
}

test('without a partition a message is lost with a warning, and the transaction goes on', async () => {
  warnings = [];
  await postgres.query('begin');
  await postgres.query(`select realtime.send('{}', 'e', 't')`);
  await postgres.query('create table public.kept (id int)');
  await postgres.query('commit');
  expect(warnings).toEqual([expect.stringMatching(/^WarnSendingBroadcastMessage: no partition of relation/)]);
  await expect(postgres.query('select from public.kept')).resolves.toBeDefined();
});

test('the server makes the partitions of yesterday to three days ahead', async () => {
  await withPartitions();
  const { rows } = await postgres.query<{ day: string }>(
    `select inhrelid::regclass::text as day from pg_inherits where inhparent = 'realtime.messages'::regclass order by 1`,
  );
  const day = (offset: number): string =>
    new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '_');
  expect(rows.map((row) => row.day)).toEqual(
    [-1, 0, 1, 2, 3].map((offset) => `realtime.messages_${day(offset)}`),
  );
});

test('partitions past their time are dropped, others stay', async () => {
  await withPartitions();
  const admin = new pg.Client({ connectionString: database.url('supabase_admin') });
  await admin.connect();
  await admin.query(`create table realtime.messages_2020_01_01 partition of realtime.messages
    for values from ('2020-01-01') to ('2020-01-02')`);
  await admin.end();
  await withPartitions();
  const { rows } = await postgres.query(
    `select count(*)::int, to_regclass('realtime.messages_2020_01_01') as old from pg_inherits
     where inhparent = 'realtime.messages'::regclass`,
  );
  expect(rows).toEqual([{ count: 5, old: null }]);
});

test('the platform can be applied again, over data and policies', async () => {
  await withPartitions();
  await postgres.query(`create policy "kept" on realtime.messages for select to authenticated using (true)`);
  await postgres.query(`select realtime.send('{}', 'e', 'again')`);
  await applyPlatform(database.url('supabase_admin'));
  const { rows } = await postgres.query(
    `select (select count(*)::int from pg_policies where policyname = 'kept') as policies,
            (select count(*)::int from realtime.messages where topic = 'again') as messages`,
  );
  expect(rows).toEqual([{ policies: 1, messages: 1 }]);
});

test('postgres adds policies and tables to publish, and makes no objects in schema realtime', async () => {
  await postgres.query(
    `create policy "p" on realtime.messages for insert to authenticated with check (false)`,
  );
  await postgres.query('create table public.published (id int primary key)');
  await postgres.query('alter publication supabase_realtime add table public.published');
  for (const sql of [
    'create table realtime.mine (id int)',
    `create function realtime.mine() returns int language sql as 'select 1'`,
    'drop schema realtime cascade',
    'grant create on schema realtime to postgres',
  ]) {
    await postgres
      .query(sql)
      .catch((error: Error) => expect(error.message).toMatch(/permission denied|must be owner/));
  }
  const { rows } = await postgres.query(
    `select has_schema_privilege('postgres', 'realtime', 'create') as may`,
  );
  expect(rows).toEqual([{ may: false }]);
});

test('anon and authenticated read and write messages only where a policy lets them', async () => {
  await withPartitions();
  await postgres.query(`select realtime.send('{}', 'e', 'hidden')`);
  await postgres.query('drop policy if exists "kept" on realtime.messages');
  for (const role of ['anon', 'authenticated']) {
    warnings = [];
    await postgres.query(`set role ${role}`);
    try {
      expect((await postgres.query('select from realtime.messages')).rowCount).toBe(0);
      await postgres.query(`select realtime.send('{}', 'e', 't')`);
      expect(warnings).toEqual([expect.stringMatching(/row-level security/)]);
      await expect(postgres.query('delete from realtime.messages')).rejects.toThrow(/permission denied/);
      const partition = `realtime.messages_${new Date().toISOString().slice(0, 10).replaceAll('-', '_')}`;
      await expect(postgres.query(`select from ${partition}`)).rejects.toThrow(/permission denied/);
    } finally {
      await postgres.query('reset role');
    }
  }
});

test('a message that cannot be stored warns: a payload that is no object, no topic', async () => {
  await withPartitions();
  warnings = [];
  await postgres.query(`select realtime.send('1', 'e', 't')`);
  await postgres.query(`select realtime.send('{}', 'e', null)`);
  expect(warnings).toHaveLength(2);
});

test('realtime.topic() is what the last send was about, and null outside', async () => {
  await withPartitions();
  await postgres.query('begin');
  await postgres.query(`select realtime.send('{}', 'e', 'room:1')`);
  const inside = await postgres.query('select realtime.topic()');
  await postgres.query('commit');
  const outside = await postgres.query('select realtime.topic()');
  expect([inside.rows, outside.rows]).toEqual([[{ topic: 'room:1' }], [{ topic: null }]]);
});

test.each([
  [
    `realtime.broadcast_changes('t', 'e', 'INSERT', 'x', 'public', null::record, null::record, 'STATEMENT')`,
    /each row/,
  ],
  [
    `realtime.broadcast_changes('t', 'e', 'TRUNCATE', 'x', 'public', null::record, null::record)`,
    /Unexpected operation/,
  ],
])('%s fails', async (call, message) => {
  await expect(postgres.query(`select ${call}`)).rejects.toThrow(message);
});
