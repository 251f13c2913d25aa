import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../scripts/stack/testing/test-database.ts';
import { actingAs, addPerson } from './support/people.ts';

let database: TestDatabase;
let sql: postgres.Sql;
let west: string;
let signal: string;
let organization: string;

interface Noted {
  entity: string;
  action: string;
  changes: Record<string, [unknown, unknown]>;
  source: string;
  actor: string | null;
  region: string | null;
}
const noted = async (): Promise<Noted[]> => [
  ...(await sql<Noted[]>`select entity, action, changes, source, actor, region from activity order by id`),
];

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 2, onnotice: () => {} });
  west = await addPerson(sql, 'Wes', 'admin', ['west']);
  const [row] = await sql<{ organization: string; signal: string }[]>`
    with o as (insert into organizations (name, region) values ('Mesa', 'west') returning id)
    insert into signals (title, organization_id, urgency, airtable_edited_at) select 'Flood', id, 'low', now() from o
    returning id as signal, organization_id as organization`;
  signal = row!.signal;
  organization = row!.organization;
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => sql`delete from activity`);

test('a change → the fields that differ, old and new, without bookkeeping', async () => {
  await sql`update signals set urgency = 'high', title = 'Flood!', received_at = now() where id = ${signal}`;
  expect(await noted()).toMatchObject([
    {
      entity: 'signal',
      action: 'updated',
      changes: { urgency: ['low', 'high'], title: ['Flood', 'Flood!'] },
      source: 'system',
      actor: null,
      region: 'west',
    },
  ]);
});

test('a change that changes nothing, or only bookkeeping → nothing', async () => {
  await sql`update signals set title = title, received_at = now(), airtable_edited_at = now() where id = ${signal}`;
  expect(await noted()).toEqual([]);
});

test('by the mirror → source airtable; by a person → actor and source admin', async () => {
  await sql.begin(async (t) => {
    await t`select set_config('live.source', 'airtable', true)`;
    await t`update signals set pain_points = 'Wet feet' where id = ${signal}`;
  });
  await sql.begin(async (t) => {
    await t`select set_config('request.jwt.claims', ${JSON.stringify({ sub: west })}, true)`;
    await t`update signals set pain_points = 'Wet shoes' where id = ${signal}`;
  });
  expect(await noted()).toMatchObject([
    { source: 'airtable', actor: null },
    { source: 'admin', actor: west, changes: { pain_points: ['Wet feet', 'Wet shoes'] } },
  ]);
});

test('tombstone → removed; lifted → restored; a stub that comes → created; a seeded row → nothing', async () => {
  await sql`update signals set deleted_at = now() where id = ${signal}`;
  await sql`update signals set deleted_at = null where id = ${signal}`;
  await sql`insert into startups (airtable_id, deleted_at) values ('recStub', now())`;
  await sql`update startups set deleted_at = null, name = 'Kelp' where airtable_id = 'recStub'`;
  expect((await noted()).map((row) => [row.entity, row.action])).toEqual([
    ['signal', 'removed'],
    ['signal', 'restored'],
    ['startup', 'created'],
  ]);
});

test('an organization moves → what is read in the new region begins there', async () => {
  const south = await addPerson(sql, 'Sim', 'admin', ['south']);
  const seen = (person: string) =>
    actingAs(sql, person, (t) => t`select from activity`).then((rows) => rows.length);
  await sql`update signals set title = 'Before' where id = ${signal}`;
  expect([await seen(west), await seen(south)]).toEqual([1, 0]);
  await sql`update organizations set region = 'south' where id = ${organization}`;
  await sql`update signals set title = 'After' where id = ${signal}`;
  expect([await seen(west), await seen(south)]).toEqual([1, 1]);
  await sql`update organizations set region = 'west' where id = ${organization}`;
});

test('nobody writes history, and a stranger reads none', async () => {
  await sql`update signals set title = 'Seen' where id = ${signal}`;
  await expect(actingAs(sql, west, (t) => t`delete from activity`)).rejects.toMatchObject({ code: '42501' });
  await expect(actingAs(sql, west, (t) => t`update activity set source = 'x'`)).rejects.toMatchObject({
    code: '42501',
  });
  const stranger = await addPerson(sql, 'Sam');
  expect(await actingAs(sql, stranger, (t) => t`select from activity`)).toHaveLength(0);
});
