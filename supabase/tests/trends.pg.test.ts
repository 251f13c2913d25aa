import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DashboardTrends, TrendDay as Day } from '../types/realtime.ts';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { actingAs } from './support/people.ts';

const ROUNDS = 40;

let market: Marketplace;

beforeAll(async () => {
  market = await createMarketplace(8);
});
afterAll(() => market[Symbol.asyncDispose]());

const answer = async (who: string | null, days = 30): Promise<DashboardTrends> => {
  const [row] = await actingAs(
    market.sql,
    who,
    (t) => t<{ answer: DashboardTrends }[]>`select dashboard_trends(${days}) as answer`,
  );
  return row!.answer;
};
const trends = async (who: string | null, days?: number): Promise<Day[]> => (await answer(who, days)).days;
const total = (days: Day[]) =>
  days.reduce(
    (sum, { signals, connections, matches }) => ({
      signals: sum.signals + signals,
      connections: sum.connections + connections,
      matches: sum.matches + matches,
    }),
    { signals: 0, connections: 0, matches: 0 },
  );
const today = () => new Date().toISOString().slice(0, 10);
const daysAgo = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString();
const dayOf = (days: Day[], at: string) => days.find(({ day }) => day === at.slice(0, 10));
const connect = async (columns: Record<string, string> = {}): Promise<string> => {
  const [row] = await market.sql<{ id: string }[]>`insert into connections ${market.sql({
    organization_id: market.organization,
    startup_id: market.startup,
    ...columns,
  })} returning id`;
  return row!.id;
};

test('thirty days → thirty rows that end today, oldest first, also where nothing happened', async () => {
  const days = await trends(market.people.owner, 30);
  expect(days).toHaveLength(30);
  expect(days.at(-1)?.day).toBe(today());
  expect(days.map(({ day }) => day)).toEqual(days.map(({ day }) => day).toSorted());
});

test.each([
  [0, 1],
  [-5, 1],
  [10_000, 366],
])('%i days asked for → %i given', async (asked, given) => {
  expect(await trends(market.people.owner, asked)).toHaveLength(given);
});

test('a signal → counted on the day it was made; with a tombstone → not; lifted → again', async () => {
  const at = daysAgo(3);
  const signal = await market.addSignal({ created_at: at });
  expect(dayOf(await trends(market.people.west), at)?.signals).toBe(1);
  await market.sql`update signals set deleted_at = now() where id = ${signal}`;
  expect(dayOf(await trends(market.people.west), at)?.signals).toBe(0);
  await market.sql`update signals set deleted_at = null where id = ${signal}`;
  expect(dayOf(await trends(market.people.west), at)?.signals).toBe(1);
  await market.sql`delete from signals where id = ${signal}`;
  expect(dayOf(await trends(market.people.west), at)?.signals).toBe(0);
});

test('a match → on the day it became one, which a later edit does not move; undone → gone', async () => {
  const connection = await connect({ created_at: daysAgo(9), airtable_edited_at: daysAgo(8) });
  await market.sql`update connections set connection_status = 'matched' where id = ${connection}`;
  expect(dayOf(await trends(market.people.west), today())?.matches).toBe(1);
  await market.sql`update connections set notes = 'Signed', airtable_edited_at = ${daysAgo(-2)} where id = ${connection}`;
  expect(dayOf(await trends(market.people.west), today())?.matches).toBe(1);
  expect(dayOf(await trends(market.people.west), daysAgo(9))?.connections).toBe(1);
  await market.sql`update connections set connection_status = 'closed' where id = ${connection}`;
  expect(total(await trends(market.people.west)).matches).toBe(0);
});

test('a match that Airtable made two days ago and we hear of now → on that day', async () => {
  const connection = await connect();
  await market.sql.begin(async (t) => {
    await t`select set_config('live.source', 'airtable', true)`;
    await t`update connections set connection_status = 'matched', airtable_edited_at = ${daysAgo(2)} where id = ${connection}`;
  });
  const seeded = await connect({ connection_status: 'matched', airtable_edited_at: daysAgo(2) });
  expect(dayOf(await trends(market.people.west), daysAgo(2))?.matches).toBe(2);
  await market.sql`delete from connections where id in (${connection}, ${seeded})`;
});

test('an organization that moves → its rows are counted in the new region, and no longer in the old', async () => {
  const at = daysAgo(1);
  const signal = await market.addSignal({ created_at: at });
  const before = dayOf(await trends(market.people.south), at)?.signals ?? 0;
  await market.sql`update organizations set region = 'south' where id = ${market.organization}`;
  expect(dayOf(await trends(market.people.west), at)?.signals).toBe(0);
  expect(dayOf(await trends(market.people.south), at)?.signals).toBe(before + 1);
  await market.sql`update organizations set region = 'west' where id = ${market.organization}`;
  await market.sql`delete from signals where id = ${signal}`;
});

test('each person → their regions; owners all, also what has none; strangers nothing; nobody is refused', async () => {
  const at = daysAgo(5);
  await market.addSignal({ created_at: at });
  await market.sql`insert into signals (title, created_at) values ('Of no region', ${at})`;
  const seen = async (who: string) => dayOf(await trends(who), at)?.signals;
  expect(await seen(market.people.owner)).toBe(2);
  expect(await seen(market.people.west)).toBe(1);
  expect(await seen(market.people.viewer)).toBe(1);
  expect(await seen(market.people.south)).toBe(0);
  expect(await seen(market.people.member)).toBe(0);
  expect(await seen(market.people.stranger)).toBe(0);
  await expect(trends(null)).rejects.toMatchObject({ code: '42501' });
  for (const table of ['days', 'dated'])
    await expect(
      actingAs(market.sql, market.people.owner, (t) => t.unsafe(`select * from live.${table}`)),
    ).rejects.toMatchObject({ code: '42501' });
});

test('the days → with the number and the counts that each of the caller’s channels had then', async () => {
  const signal = await market.addSignal({ created_at: daysAgo(2) });
  const { channels } = await answer(market.people.west);
  const joinable = await actingAs(
    market.sql,
    market.people.west,
    (t) => t<{ seq: number }[]>`select seq::integer from my_channels() where name = 'region:west'`,
  );
  const west = joinable[0];
  const [counted] = await market.sql<{ signals: number; connections: number; matches: number }[]>`
    select (select count(*) from signals where region = 'west' and deleted_at is null)::integer as signals,
      (select count(*) from connections where region = 'west' and deleted_at is null)::integer as connections,
      (select count(*) from connections
        where region = 'west' and deleted_at is null and connection_status = 'matched')::integer as matches`;
  expect(channels).toEqual({ 'region:west': { seq: west?.seq, ...counted } });
  await market.sql`delete from signals where id = ${signal}`;
  expect((await answer(market.people.west)).channels['region:west']?.seq).toBeGreaterThan(west?.seq ?? 0);
});

/** One transaction of a few random statements. */
async function change(random: () => number): Promise<void> {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const kinds = Array.from({ length: 4 }, () =>
    pick(['add', 'hide', 'show', 'move', 'status', 'delete', 'backdate']),
  );
  await market.sql.begin(async (t) => {
    // Before any row, as the mirror and people's actions do.
    await t`select private.hold_regions(${kinds.includes('move')}, ${kinds.includes('add')})`;
    for (const kind of kinds) {
      const table = pick(['signals', 'connections']);
      const some = t`select id from ${t(table)} order by random() limit 3 for update skip locked`;
      const at = daysAgo(Math.floor(random() * 20));
      const region = pick(['west', 'south', 'midwest']);
      const organization = t`select id from organizations where region = ${region} limit 1`;
      if (kind === 'add')
        await t`insert into ${t(table)} (organization_id, created_at) select o.id, ${at} from (${organization}) as o(id), generate_series(1, 3)`;
      else if (kind === 'hide') await t`update ${t(table)} set deleted_at = now() where id in (${some})`;
      else if (kind === 'show') await t`update ${t(table)} set deleted_at = null where id in (${some})`;
      else if (kind === 'move')
        await t`update ${t(table)} set organization_id = (${organization}) where id in (${some})`;
      else if (kind === 'backdate') await t`update ${t(table)} set created_at = ${at} where id in (${some})`;
      else if (kind === 'delete') await t`delete from ${t(table)} where id in (${some})`;
      else
        await t`update connections set connection_status = ${pick(['matched', 'introduced'])} where id in (select id from connections order by random() limit 3 for update skip locked)`;
    }
    if (random() < 0.2) throw new Error('rolled back on purpose');
  });
}

test(`${ROUNDS} random transactions, six at a time → the kept counts equal counting, and nobody waits in a circle`, async () => {
  for (const region of ['west', 'south', 'midwest'])
    await market.sql`insert into organizations (name, region) values (${region}, ${region})`;
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < ROUNDS; round += 6) {
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => change(random)));
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(String(outcome.reason)).toMatch(/on purpose/);
  }
  const differences = await market.sql`
    with counted as (
      select region, (created_at at time zone 'UTC')::date as day, 'signals' as measure, count(*) as n
      from signals where deleted_at is null group by 1, 2
      union all
      select region, (created_at at time zone 'UTC')::date, 'connections', count(*)
      from connections where deleted_at is null group by 1, 2
      union all
      select d.region, d.day, 'matches', count(*) from live.dated d where d.measure = 'matches' group by 1, 2
    )
    select region, day, measure, counted.n as counted, kept.n as kept from counted full join (select * from live.days where n <> 0) as kept using (region, day, measure)
    where counted.n is distinct from kept.n`;
  expect([...differences]).toEqual([]);
  const matched = await market.sql`
    select id, region from connections where deleted_at is null and connection_status = 'matched'
    except select id, region from live.dated where measure = 'matches'
    union all (select id, region from live.dated where measure = 'matches'
    except select id, region from connections where deleted_at is null and connection_status = 'matched')`;
  expect([...matched]).toEqual([]);
});

test('writers of the same two regions in opposite order → all commit', async () => {
  const [a, b] = await Promise.all(
    ['west', 'south'].map(
      async (region) =>
        (
          await market.sql<
            { id: string }[]
          >`insert into organizations (name, region) values ('x', ${region}) returning id`
        )[0]!.id,
    ),
  );
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      market.sql.begin(async (t) => {
        const [first, second] = n % 2 ? [a!, b!] : [b!, a!];
        const [one, two] = n % 3 ? ['signals', 'connections'] : ['connections', 'signals'];
        await t`insert into ${t(one)} (organization_id) values (${first})`;
        await t`insert into ${t(two)} (organization_id) values (${second})`;
      }),
    ),
  );
});

test('what the curves are read from → the kept counts, and neither signals nor connections', async () => {
  // A connection of its own: what another test has read may not have been counted off yet.
  const fresh = postgres(market.url, { max: 1, onnotice: () => {} });
  const touched = await actingAs(fresh, market.people.west, async (t) => {
    await t`select * from dashboard_trends(90)`;
    return t<{ name: string }[]>`
      select relname as name from pg_stat_xact_user_tables
      where schemaname in ('public', 'live') and coalesce(seq_scan, 0) + coalesce(idx_scan, 0) > 0 order by relname`;
  });
  await fresh.end();
  expect(touched.map(({ name }) => name)).toEqual(['admin_regions', 'admins', 'channels', 'counts', 'days']);
});
