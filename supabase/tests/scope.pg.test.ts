import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../scripts/stack/testing/test-database.ts';
import { actingAs, addPerson } from './support/people.ts';

const SCOPED = ['organizations', 'contacts', 'signals', 'connections', 'interactions'] as const;

let database: TestDatabase;
let sql: postgres.Sql;
const people: Record<string, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 4, onnotice: () => {} });
  // The Realtime server makes a partition a day; here one for all days will do.
  const platform = postgres(database.url('supabase_admin'), { max: 1 });
  await platform`create table realtime.messages_any_day partition of realtime.messages default`;
  await platform.end();
  people.owner = await addPerson(sql, 'Olive', 'owner');
  people.west = await addPerson(sql, 'Wes', 'admin', ['west']);
  people.both = await addPerson(sql, 'Bo', 'viewer', ['west', 'south']);
  people.nowhere = await addPerson(sql, 'Nora', 'admin');
  people.stranger = await addPerson(sql, 'Sam');
  for (const region of ['west', 'south', 'unassigned']) {
    await sql`
      with o as (insert into organizations (name, region) values (${region}, ${region}) returning id),
        c as (insert into contacts (full_name, organization_id) select 'c', id from o returning id),
        s as (insert into signals (title, organization_id, contact_id) select 's', o.id, c.id from o, c returning id),
        k as (insert into connections (signal_id, organization_id) select s.id, o.id from s, o returning id)
      insert into interactions (connection_id, contact_id) select k.id, c.id from k, c`;
  }
  await sql`insert into startups (name, is_active) values ('Kelp', true)`;
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});

// No WHERE in these queries: what comes back is what RLS lets through.
const seen = (person: string, table: string): Promise<string[]> =>
  actingAs(sql, people[person]!, async (t) => {
    const rows = await t<{ region: string }[]>`select region from ${t(table)}`;
    return [...new Set(rows.map((row) => row.region))].sort();
  });

describe.each(SCOPED)('%s', (table) => {
  test.each([
    ['owner', ['south', 'unassigned', 'west']],
    ['west', ['west']],
    ['both', ['south', 'west']],
    ['nowhere', []],
    ['stranger', []],
  ])('%s sees %j', async (person, regions) => {
    expect(await seen(person, table)).toEqual(regions);
  });

  test('anon is refused', async () => {
    await expect(actingAs(sql, null, (t) => t`select from ${t(table)}`)).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('nobody writes through the API', async () => {
    await expect(
      actingAs(sql, people.owner!, (t) => t`update ${t(table)} set deleted_at = now()`),
    ).rejects.toMatchObject({
      code: '42501',
    });
    await expect(actingAs(sql, people.owner!, (t) => t`delete from ${t(table)}`)).rejects.toMatchObject({
      code: '42501',
    });
  });
});

test('startups: every admin, nobody else', async () => {
  const count = (person: string) =>
    actingAs(sql, people[person]!, (t) => t`select from startups`).then((rows) => rows.length);
  expect([await count('owner'), await count('nowhere'), await count('stranger')]).toEqual([1, 1, 0]);
});

test('a person sees their own role only; an owner everybody', async () => {
  const names = (person: string) =>
    actingAs(
      sql,
      people[person]!,
      (t) => t<{ display_name: string }[]>`select display_name from admins order by 1`,
    ).then((rows) => rows.map((row) => row.display_name));
  expect(await names('west')).toEqual(['Wes']);
  expect(await names('owner')).toEqual(['Bo', 'Nora', 'Olive', 'Wes']);
  expect(await names('stranger')).toEqual([]);
});

test('channels are those whose rows one may select, and the own one', async () => {
  const channels = (person: string) =>
    actingAs(sql, people[person]!, (t) => t<{ name: string }[]>`select name from my_channels()`).then(
      (rows) => rows.map((row) => row.name.replace(people[person]!, '<self>')),
    );
  expect(await channels('west')).toEqual([
    'network',
    'pool',
    'presence:admins',
    'region:west',
    'user:<self>',
  ]);
  expect(await channels('stranger')).toEqual([]);
  expect(await channels('owner')).toEqual(
    expect.arrayContaining([
      'ops',
      'region:unassigned',
      'region:west',
      'region:south',
      'region:midwest',
      'region:northeast',
    ]),
  );
});

test('Realtime lets a person in where my_channels does, and only presence:admins may be written to', async () => {
  const may = (
    person: string,
    channel: string,
    extension: 'broadcast' | 'presence',
    kind: 'read' | 'write',
  ): Promise<boolean> =>
    sql
      .begin(async (t) => {
        const [row] = await t<{ topic: string }[]>`
          select name || ':' || epoch as topic from live.channels where name = ${channel}`;
        const topic = row!.topic;
        await t`insert into realtime.messages (topic, extension, private) values (${topic}, ${extension}, false)`;
        await t`select set_config('role', 'authenticated', true), set_config('realtime.topic', ${topic}, true),
          set_config('request.jwt.claims', ${JSON.stringify({ sub: people[person], role: 'authenticated' })}, true)`;
        if (kind === 'read') return (await t`select from realtime.messages`).length > 0;
        await t`insert into realtime.messages (topic, extension, private) values (${topic}, ${extension}, false)`;
        return true;
      })
      .catch((error: postgres.PostgresError) => {
        if (error.code === '42501') return false;
        throw error;
      });
  expect(await may('west', 'region:west', 'broadcast', 'read')).toBe(true);
  expect(await may('west', 'region:south', 'broadcast', 'read')).toBe(false);
  expect(await may('west', 'region:unassigned', 'broadcast', 'read')).toBe(false);
  expect(await may('owner', 'region:unassigned', 'broadcast', 'read')).toBe(true);
  expect(await may('stranger', 'presence:admins', 'presence', 'read')).toBe(false);
  expect(await may('west', 'presence:admins', 'presence', 'write')).toBe(true);
  expect(await may('west', 'region:west', 'broadcast', 'write')).toBe(false);
  expect(await may('west', 'presence:admins', 'broadcast', 'write')).toBe(false);
});

test('metrics are sums over what one may see', async () => {
  const total = (person: string) =>
    actingAs(
      sql,
      people[person]!,
      (t) => t<{ m: Record<string, unknown> }[]>`select dashboard_metrics() as m`,
    ).then((rows) => rows[0]!.m);
  expect(await total('owner')).toMatchObject({
    connections_total: 3,
    signals_total: 3,
    active_startups: 1,
    pending_review: 3,
  });
  expect(await total('west')).toMatchObject({ connections_total: 1, signals_total: 1, active_startups: 1 });
  expect(await total('stranger')).toMatchObject({ connections_total: 0, active_startups: 0, channels: {} });
  const { channels } = await total('west');
  expect(channels).toMatchObject({
    'region:west': { 'signal:draft': 1, 'connection:pending_review': 1 },
    network: { 'startup:active': 1 },
  });
  expect(channels).not.toHaveProperty('region:south');
});

test('nothing in private, live or airtable can be reached by a signed-in person but the functions that policies call', async () => {
  const rows = await sql<{ what: string }[]>`
    select n.nspname || '.' || c.relname as what from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('private', 'live', 'airtable') and c.relkind = 'r'
      and (has_table_privilege('authenticated', c.oid, 'select, insert, update, delete') or has_table_privilege('anon', c.oid, 'select, insert, update, delete'))
    union all
    select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('private', 'live', 'airtable', 'public') and has_function_privilege('anon', p.oid, 'execute')
    order by 1`;
  expect(rows.map((row) => row.what)).toEqual([]);
});
