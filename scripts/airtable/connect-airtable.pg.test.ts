import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from '../airtable-simulator/airtable-simulator.ts';
import { API_KEY, BASE_ID } from '../airtable-simulator/testing/simulator-client.ts';
import { createTestDatabase, type TestDatabase } from '../stack/testing/test-database.ts';
import { connectAirtable, type Connected } from './connect-airtable.ts';

let database: TestDatabase;
let sql: postgres.Sql;
let airtable: AirtableSimulator;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await sql`truncate airtable.webhooks, airtable.field_bindings, airtable.canaries cascade`;
  airtable = await createAirtableSimulator({ port: 0, apiKey: API_KEY, baseId: BASE_ID, rateLimit: false });
  return () => airtable[Symbol.asyncDispose]();
});

const connect = (): Promise<Connected> =>
  connectAirtable({
    apiUrl: airtable.url,
    apiKey: API_KEY,
    baseId: BASE_ID,
    databaseUrl: database.url(),
    notificationUrl: 'http://127.0.0.1:9/airtable/webhook',
  });

async function sim(path: string, body: unknown): Promise<void> {
  const response = await fetch(`${airtable.url}/_sim/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

test('a base that was never connected → fields bound, a webhook made, its secret kept', async () => {
  const connected = await connect();
  expect(connected).toMatchObject({ created: true, notes: [] });
  expect(await sql`select count(*)::int as n from airtable.field_bindings`).toEqual([
    { n: connected.boundFields },
  ]);
  expect(await sql`select id, cursor::int, mac_secret_base64 <> '' as secret from airtable.webhooks`).toEqual(
    [{ id: connected.webhookId, cursor: 1, secret: true }],
  );
});

test('again → the same webhook goes on, where it was', async () => {
  const first = await connect();
  await sql`update airtable.webhooks set cursor = 7`;
  expect(await connect()).toEqual({ ...first, created: false });
  expect(await sql`select cursor::int from airtable.webhooks`).toEqual([{ cursor: 7 }]);
});

test('a webhook that nobody has the secret of → removed from the base, another made', async () => {
  const { webhookId } = await connect();
  await sql`delete from airtable.webhooks`;
  const again = await connect();
  expect(again.created).toBe(true);
  expect(again.webhookId).not.toBe(webhookId);
  const list = await fetch(`${airtable.url}/v0/bases/${BASE_ID}/webhooks`, {
    headers: { authorization: `Bearer ${API_KEY}` },
  });
  const { webhooks } = (await list.json()) as { webhooks: { id: string }[] };
  expect(webhooks.map(({ id }) => id)).toEqual([again.webhookId]);
});

test.each(['schema.bases:read', 'data.records:read', 'webhook:manage'])(
  'a token without %s → that scope is named, nothing is made',
  async (missing) => {
    const all = ['schema.bases:read', 'data.records:read', 'data.records:write', 'webhook:manage'];
    await sim('faults', { scopes: all.filter((scope) => scope !== missing) });
    await expect(connect()).rejects.toThrow(`scope ${missing}`);
    expect(await sql`select from airtable.webhooks`).toHaveLength(0);
  },
);

test('a token without data.records:write → connected all the same, with what does not work', async () => {
  expect((await connect()).notes).toEqual([]);
  await sql`delete from airtable.field_bindings`;
  await sim('faults', { scopes: ['schema.bases:read', 'data.records:read', 'webhook:manage'] });
  expect((await connect()).notes).toEqual([expect.stringContaining('scope data.records:write')]);
});

test('a field and a table that are not there → both named, nothing is made', async () => {
  await sim('schema', { edit: 'rename field', table: 'Signals', field: 'Urgency', name: 'Priority' });
  await sim('schema', { edit: 'destroy table', table: 'Interactions' });
  await expect(connect()).rejects.toThrow(
    /The table “Signals” has no field “Urgency”\.[\s\S]*The base has no table “Interactions”\./,
  );
  expect(await sql`select from airtable.webhooks`).toHaveLength(0);
});

test('a field that is renamed after it was bound → bound still, with what is known of it, and a note', async () => {
  await connect();
  await sql`update airtable.field_bindings set field_type = 'singleSelect' where column_name = 'urgency'`;
  const before = await sql`select * from airtable.field_bindings order by field_id`;
  await sim('schema', { edit: 'rename field', table: 'Signals', field: 'Urgency', name: 'Priority' });
  expect((await connect()).notes).toEqual([expect.stringContaining('“Urgency” is called “Priority”')]);
  expect(await sql`select * from airtable.field_bindings order by field_id`).toEqual(before);
});

test('the table for the canary is there → its place is known, and it is no mirrored table; renamed or gone → as it is', async () => {
  const { boundFields } = await connect();
  const place = () => sql`select table_id, field_id, is_on from airtable.canaries`;
  const before = await place();
  expect(before).toEqual([
    {
      table_id: airtable.base.table('Live canary').id,
      field_id: airtable.base.table('Live canary').primaryFieldId,
      is_on: false,
    },
  ]);
  expect(
    await sql`select from airtable.field_bindings where table_id = ${before[0]!.table_id as string}`,
  ).toHaveLength(0);
  await sim('schema', { edit: 'rename table', table: 'Live canary', name: 'Something else' });
  await connect();
  expect(await place()).toEqual(before);
  await sim('schema', { edit: 'destroy table', table: 'Something else' });
  expect(await connect()).toMatchObject({ boundFields, notes: [] });
  expect(await place()).toEqual([{ table_id: null, field_id: null, is_on: false }]);
});
