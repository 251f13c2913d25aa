import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../scripts/stack/testing/test-database.ts';

const WEBHOOK = 'achTest';
const HOLDER = '00000000-0000-4000-8000-000000000001';

interface Change {
  airtable_id: string;
  created?: boolean;
  edited_at: string;
  values?: Record<string, unknown>;
}
interface Page {
  receipts?: { number: number; transaction: number; at: string }[];
  upserts?: Record<string, Change[]>;
  deletes?: Record<string, Change[]>;
}

let database: TestDatabase;
let sql: postgres.Sql;
let cursor = 1;

async function apply(page: Page): Promise<Record<string, number>> {
  const from = cursor++;
  const whole = {
    receipts: [{ number: from, transaction: from, at: '2026-01-01T00:00:00Z' }],
    upserts: {},
    deletes: {},
    ...page,
  };
  const [row] = await sql<{ counts: Record<string, number> }[]>`
    select airtable.apply_page(${WEBHOOK}, ${HOLDER}, ${from}, ${cursor}, ${sql.json(whole as never)}) as counts`;
  return row!.counts;
}

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 2, onnotice: () => {} });
  await sql`insert into airtable.webhooks (id, base_id, mac_secret_base64) values (${WEBHOOK}, 'appTest', 'c2VjcmV0')`;
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await sql`delete from interactions`;
  await sql`delete from connections`;
  await sql`delete from signals`;
  await sql`delete from contacts`;
  await sql`delete from organizations`;
  await sql`select airtable.take_lease(${WEBHOOK}, ${HOLDER}, 60)`;
});

const T1 = '2026-01-01T10:00:00.000Z';
const T2 = '2026-01-01T10:00:01.000Z';
const T3 = '2026-01-01T10:00:02.000Z';

describe('rows', () => {
  test('a created record → a row whose id follows from the Airtable id', async () => {
    await apply({
      upserts: {
        signals: [
          {
            airtable_id: 'recS',
            created: true,
            edited_at: T1,
            values: { title: 'Flooded underpass', urgency: 'high' },
          },
        ],
      },
    });
    const [row] = await sql`select *, id = private.record_id('recS') as derived from signals`;
    expect(row).toMatchObject({
      title: 'Flooded underpass',
      urgency: 'high',
      derived: true,
      approval_status: 'draft',
      deleted_at: null,
    });
  });

  test('a change names some columns → the others keep what they hold', async () => {
    await apply({
      upserts: {
        signals: [
          { airtable_id: 'recS', created: true, edited_at: T1, values: { title: 'A', urgency: 'low' } },
        ],
      },
    });
    await apply({
      upserts: {
        signals: [{ airtable_id: 'recS', created: false, edited_at: T2, values: { urgency: 'critical' } }],
      },
    });
    expect(await sql`select title, urgency from signals`).toMatchObject([
      { title: 'A', urgency: 'critical' },
    ]);
  });

  test('two changes of one page name different columns → neither clears the other record', async () => {
    await apply({
      upserts: {
        signals: [
          { airtable_id: 'recA', created: true, edited_at: T1, values: { title: 'A', urgency: 'low' } },
          { airtable_id: 'recB', created: true, edited_at: T1, values: { title: 'B', urgency: 'high' } },
        ],
      },
    });
    await apply({
      upserts: {
        signals: [
          { airtable_id: 'recA', created: false, edited_at: T2, values: { title: 'A2' } },
          { airtable_id: 'recB', created: false, edited_at: T2, values: { urgency: null } },
        ],
      },
    });
    expect(await sql`select title, urgency from signals order by airtable_id`).toMatchObject([
      { title: 'A2', urgency: 'low' },
      { title: 'B', urgency: null },
    ]);
  });

  test('an older change after a newer one → left out', async () => {
    await apply({
      upserts: { signals: [{ airtable_id: 'recS', created: true, edited_at: T2, values: { title: 'new' } }] },
    });
    const counts = await apply({
      upserts: {
        signals: [{ airtable_id: 'recS', created: false, edited_at: T1, values: { title: 'old' } }],
      },
    });
    expect(await sql`select title from signals`).toMatchObject([{ title: 'new' }]);
    expect(counts).toEqual({ signals_written: 0 });
  });

  test('a delete leaves a tombstone that a late change does not lift, and a newer create does', async () => {
    const signal = (created: boolean, at: string, title: string) =>
      apply({ upserts: { signals: [{ airtable_id: 'recS', created, edited_at: at, values: { title } }] } });
    await signal(true, T1, 'first');
    await apply({ deletes: { signals: [{ airtable_id: 'recS', edited_at: T2 }] } });
    await signal(false, T2, 'late');
    expect(await sql`select deleted_at is null as alive from signals`).toEqual([{ alive: false }]);
    await signal(true, T3, 'restored');
    expect(await sql`select deleted_at is null as alive, title from signals`).toEqual([
      { alive: true, title: 'restored' },
    ]);
  });

  test('a link to a record that has not come → a hidden stub, tied when it comes', async () => {
    await apply({
      upserts: {
        signals: [
          {
            airtable_id: 'recS',
            created: true,
            edited_at: T1,
            values: { title: 'A', organization_id: 'recO' },
          },
        ],
      },
    });
    expect(
      await sql`select o.deleted_at is null as visible, s.region from signals s join organizations o on o.id = s.organization_id`,
    ).toEqual([{ visible: false, region: 'unassigned' }]);
    await apply({
      upserts: {
        organizations: [
          { airtable_id: 'recO', created: false, edited_at: T1, values: { name: 'Tucson', region: 'west' } },
        ],
      },
    });
    expect(
      await sql`select o.name, o.deleted_at is null as visible, s.region from signals s join organizations o on o.id = s.organization_id`,
    ).toEqual([{ name: 'Tucson', visible: true, region: 'west' }]);
  });

  test('a required column that is cleared → its default', async () => {
    await apply({
      upserts: {
        signals: [
          {
            airtable_id: 'recS',
            created: true,
            edited_at: T1,
            values: { is_public: true, approval_status: 'approved' },
          },
        ],
      },
    });
    await apply({
      upserts: {
        signals: [
          {
            airtable_id: 'recS',
            created: false,
            edited_at: T2,
            values: { is_public: null, approval_status: null },
          },
        ],
      },
    });
    expect(await sql`select is_public, approval_status from signals`).toMatchObject([
      { is_public: false, approval_status: 'draft' },
    ]);
  });
});

describe('the page', () => {
  test('the same page twice → refused, nothing written', async () => {
    await apply({});
    cursor -= 1;
    await expect(apply({})).rejects.toMatchObject({ code: 'AL001' });
    cursor = Number((await sql`select cursor from airtable.webhooks`)[0]!.cursor);
  });

  test('without the lease → refused', async () => {
    await sql`update airtable.webhooks set lease_holder = gen_random_uuid()`;
    await expect(apply({})).rejects.toMatchObject({ code: 'AL001' });
    cursor -= 1;
    await sql`update airtable.webhooks set lease_holder = null`;
  });

  test('a row that breaks a rule of the table → a dead letter; the rest of the page lands', async () => {
    await apply({
      upserts: {
        organizations: [
          { airtable_id: 'recBad', created: true, edited_at: T1, values: { name: 'Reno', population: -1 } },
          { airtable_id: 'recGood', created: true, edited_at: T1, values: { name: 'Tucson', population: 1 } },
        ],
      },
    });
    expect(await sql`select airtable_id from organizations`).toEqual([{ airtable_id: 'recGood' }]);
    expect(await sql`select record_id, columns, cells from airtable.dead_letters`).toEqual([
      { record_id: 'recBad', columns: null, cells: { name: 'Reno', population: -1 } },
    ]);
    await apply({
      upserts: {
        organizations: [{ airtable_id: 'recBad', created: true, edited_at: T2, values: { population: 2 } }],
      },
    });
    expect(await sql`select from airtable.dead_letters where resolved_at is null`).toHaveLength(0);
  });
});

describe('the lease', () => {
  test('a second holder gets nothing, and the first is told to look again', async () => {
    const other = '00000000-0000-4000-8000-000000000002';
    expect(await sql`select * from airtable.take_lease(${WEBHOOK}, ${other}, 60)`).toHaveLength(0);
    expect(await sql`select airtable.release_lease(${WEBHOOK}, ${HOLDER}) as again`).toEqual([
      { again: true },
    ]);
    expect(await sql`select airtable.release_lease(${WEBHOOK}, ${HOLDER}) as again`).toEqual([
      { again: false },
    ]);
    expect(await sql`select * from airtable.take_lease(${WEBHOOK}, ${other}, 60)`).toHaveLength(1);
    await sql`select airtable.release_lease(${WEBHOOK}, ${other})`;
  });

  test('an expired lease can be taken over', async () => {
    await sql`update airtable.webhooks set lease_expires_at = now() - interval '1 second'`;
    const other = '00000000-0000-4000-8000-000000000002';
    expect(await sql`select * from airtable.take_lease(${WEBHOOK}, ${other}, 60)`).toHaveLength(1);
    expect(await sql`select airtable.release_lease(${WEBHOOK}, ${HOLDER}) as again`).toEqual([
      { again: null },
    ]);
    await sql`select airtable.release_lease(${WEBHOOK}, ${other})`;
  });
});
