import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../scripts/stack/testing/test-database.ts';
import { actingAs, addPerson } from './support/people.ts';

interface Envelope {
  seq: number;
  event: string;
  ids: string[];
  records?: Record<string, unknown>[];
  truncated: boolean;
  source: string;
}

let database: TestDatabase;
let sql: postgres.Sql;
let west: string;

async function told(channel: string, after = 0): Promise<Envelope[]> {
  const rows = await sql<{ envelope: Envelope }[]>`
    select envelope from live.changes where channel = ${channel} and seq > ${after} order by seq`;
  return rows.map((row) => row.envelope).filter((envelope) => envelope.event !== 'metrics:updated');
}
async function lastSeq(channel: string): Promise<number> {
  const [row] = await sql<{ seq: string }[]>`select seq from live.channels where name = ${channel}`;
  return Number(row!.seq);
}
async function addOrganization(region: string): Promise<string> {
  const [row] = await sql<
    { id: string }[]
  >`insert into organizations (name, region) values (${region}, ${region}) returning id`;
  return row!.id;
}

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 20, onnotice: () => {} });
  west = await addPerson(sql, 'Wes', 'admin', ['west']);
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});

test('one transaction, several statements → one message a channel and event, with the rows as they are at commit', async () => {
  const organization = await addOrganization('west');
  const after = await lastSeq('region:west');
  await sql.begin(async (t) => {
    await t`insert into signals (title, organization_id) values ('one', ${organization}), ('two', ${organization})`;
    await t`update signals set title = title || '!' where organization_id = ${organization}`;
    await t`insert into signals (title, organization_id) values ('gone', ${organization})`;
    await t`delete from signals where title = 'gone'`;
  });
  const envelopes = await told('region:west', after);
  expect(envelopes.map((e) => e.event)).toEqual(['signal:created']);
  expect(envelopes[0]!.records!.map((r) => r.title).sort()).toEqual(['one!', 'two!']);
  expect(envelopes[0]).toMatchObject({ truncated: false, source: 'system', seq: after + 1 });
});

test('an update that changes nothing → no message', async () => {
  const organization = await addOrganization('south');
  const after = await lastSeq('region:south');
  await sql`update organizations set name = name where id = ${organization}`;
  expect(await told('region:south', after)).toEqual([]);
});

test('a row that leaves a region → removed there with ids only, updated in the new one, also for the rows below it', async () => {
  const organization = await addOrganization('midwest');
  const [signal] = await sql<
    { id: string }[]
  >`insert into signals (title, organization_id) values ('s', ${organization}) returning id`;
  const before = { midwest: await lastSeq('region:midwest'), northeast: await lastSeq('region:northeast') };
  await sql`update organizations set region = 'northeast' where id = ${organization}`;

  const left = await told('region:midwest', before.midwest);
  expect(left.map((e) => [e.event, e.ids, e.records])).toEqual(
    expect.arrayContaining([
      ['organization:removed', [organization], undefined],
      ['signal:removed', [signal!.id], undefined],
    ]),
  );
  const arrived = await told('region:northeast', before.northeast);
  expect(arrived.map((e) => e.event).sort()).toEqual(['organization:updated', 'signal:updated']);
});

test('a tombstone → removed; lifted again → created', async () => {
  const organization = await addOrganization('west');
  const after = await lastSeq('region:west');
  await sql`update organizations set deleted_at = now() where id = ${organization}`;
  await sql`update organizations set deleted_at = null where id = ${organization}`;
  expect((await told('region:west', after)).map((e) => e.event)).toEqual([
    'organization:removed',
    'organization:created',
  ]);
});

test('more than 50 rows → ids without records, truncated', async () => {
  const organization = await addOrganization('west');
  const after = await lastSeq('region:west');
  await sql`insert into signals (title, organization_id) select 's' || n, ${organization} from generate_series(1, 51) n`;
  const [envelope] = await told('region:west', after);
  expect(envelope).toMatchObject({ event: 'signal:created', truncated: true });
  expect(envelope!.ids).toHaveLength(51);
  expect(envelope!.records).toBeUndefined();
});

test('a rolled back transaction → no number used, nothing told', async () => {
  const after = await lastSeq('region:west');
  await sql
    .begin(async (t) => {
      await t`insert into organizations (name, region) values ('never', 'west')`;
      throw new Error('roll back');
    })
    .catch(() => {});
  expect(await lastSeq('region:west')).toBe(after);
});

test('concurrent writers of shared channels → numbers without a gap, no deadlock', async () => {
  const [a, b] = [await addOrganization('west'), await addOrganization('south')];
  const after = { west: await lastSeq('region:west'), south: await lastSeq('region:south') };
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      sql.begin(async (t) => {
        const [first, second] = i % 2 ? [a, b] : [b, a];
        await t`insert into signals (title, organization_id) values (${`x${i}`}, ${first})`;
        await t`insert into signals (title, organization_id) values (${`y${i}`}, ${second})`;
      }),
    ),
  );
  for (const [channel, from] of [
    ['region:west', after.west],
    ['region:south', after.south],
  ] as const) {
    const rows = await sql<
      { seq: string }[]
    >`select seq from live.changes where channel = ${channel} and seq > ${from} order by seq`;
    expect(rows.map((row) => Number(row.seq))).toEqual(rows.map((_, i) => from + 1 + i));
    expect((await told(channel, from)).length).toBe(40);
  }
});

test('Realtime refuses a message → the change commits, the log has it, the failure is counted', async () => {
  await using broken = await createTestDatabase();
  const own = postgres(broken.url('supabase_admin'), { onnotice: () => {} });
  await own`alter function realtime.send(jsonb, text, text, boolean) rename to send_away`;
  await own`insert into organizations (name, region) values ('kept', 'west')`;
  expect(await own`select name from organizations`).toEqual([{ name: 'kept' }]);
  expect(
    await own`select from live.changes where envelope ->> 'event' = 'organization:created'`,
  ).toHaveLength(1);
  expect((await own`select from live.failures`).length).toBeGreaterThan(0);
  await own.end();
});

test('kept counts equal counting, whatever happened', async () => {
  const kept =
    await sql`select entity, state, channel, n::int from live.counts where entity = 'signal' and n <> 0 order by channel, state`;
  const counted = await sql`
    select 'signal' as entity, approval_status::text as state, 'region:' || region as channel, count(*)::int as n
    from signals where deleted_at is null group by region, approval_status order by 3, 2`;
  expect(kept).toEqual(counted);
});

test('catching up: what was missed, in order; nothing when nothing was; reset when the log does not reach back', async () => {
  const after = await lastSeq('region:west');
  await addOrganization('west');
  await addOrganization('west');
  const since = (seq: number) =>
    actingAs(
      sql,
      west,
      (t) => t<{ answer: { changes?: Envelope[]; seq: number; reset?: boolean } }[]>`
      select changes_since('region:west', ${seq}) as answer`,
    ).then((rows) => rows[0]!.answer);

  const missed = await since(after);
  expect(missed.changes!.map((e) => e.seq)).toEqual(
    Array.from({ length: missed.seq - after }, (_, i) => after + 1 + i),
  );
  expect(await since(missed.seq)).toEqual({ changes: [], seq: missed.seq });
  expect(await since(missed.seq + 1)).toMatchObject({ reset: true });
  await sql`delete from live.changes where channel = 'region:west' and seq <= ${after + 1}`;
  expect(await since(after)).toMatchObject({ reset: true });
});

test('catching up on a channel of another region → refused with what to do', async () => {
  await expect(actingAs(sql, west, (t) => t`select changes_since('region:south', 0)`)).rejects.toMatchObject({
    code: '42501',
    hint: expect.stringContaining('my_channels') as string,
  });
});
