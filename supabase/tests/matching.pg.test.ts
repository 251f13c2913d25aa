import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { actingAs } from './support/people.ts';
import { outcomes } from './support/race.ts';

const STARTUPS = {
  Culvertly: ['Water', 'Forecasts storm drain and sewer overflows from radar rain and pump logs.'],
  Brightmain: ['Water', 'Ranks water mains by break risk and plans acoustic leak surveys.'],
  Curbside: ['Mobility', 'Curb inventories from street imagery, and loading zones that can be booked.'],
  Bedboard: ['Housing', 'Shelter availability from the normal work of the front desk.'],
  Stormwise: ['Water', 'Stormwater fees by parcel.'],
} as const;

let market: Marketplace;
let west: string;
let signal: string;
const ids = new Map<string, string>();

interface Match {
  startup_id: string;
  score: number;
  generated_at: string;
  rationale: {
    text: { score: number; words: number; letters: number; shared_words: string[] };
    sector: { score: number; name: string | null };
    success: { score: number; matched: number };
  };
}

beforeAll(async () => {
  market = await createMarketplace(8);
  west = market.people.west;
  for (const [name, [sector, summary]] of Object.entries(STARTUPS))
    ids.set(name, await market.addStartup({ name, sector, summary }));
  signal = await market.addSignal({
    title: 'Storm drains overflow into 12 basements',
    pain_points: 'After heavy rain the sewers overflow, and pumps fail at night.',
    improvement: 'A forecast two hours ahead, and fewer breaks.',
  });
});
afterAll(() => market[Symbol.asyncDispose]());
beforeEach(async () => {
  await market.told();
});

const generate = (of = signal, args: { max?: number | null } = {}): Promise<Match[]> =>
  market.call(west, 'generate_matches', { signal: of, ...args });
const nameOf = (match: Match): string => [...ids].find(([, id]) => id === match.startup_id)![0];
/** Without what differs from one time to the next. */
const gist = (matches: Match[]): unknown =>
  matches.map(({ startup_id, score, rationale }) => ({ startup_id, score, rationale }));

test('the startup whose offer is the problem comes first, with the words they share and each part of the score', async () => {
  const matches = await generate();
  const [best] = matches;
  expect(nameOf(best!)).toBe('Culvertly');
  const { text, sector, success } = best!.rationale;
  expect(text.shared_words).toEqual(['drain', 'forecasts', 'overflows', 'pump', 'rain', 'sewer', 'storm']);
  expect(sector).toEqual({ score: 1, name: 'Water' });
  expect(success).toEqual({ score: 0, matched: 0 });
  expect(matches.map(nameOf)).not.toContain('Bedboard');
  for (const { score, rationale } of matches) {
    const { text, sector, success } = rationale;
    expect(score).toBeCloseTo(0.6 * text.score + 0.25 * sector.score + 0.15 * success.score, 4);
    expect(text.score).toBeCloseTo(1 - (1 - text.words) * (1 - text.letters), 3);
    for (const part of [score, text.score, text.words, text.letters, sector.score, success.score]) {
      expect(part).toBeGreaterThanOrEqual(0);
      expect(part).toBeLessThanOrEqual(1);
    }
  }
});

test('generated → the rows are what was returned, and the region hears of them in one message', async () => {
  const matches = await generate();
  const rows = await market.sql`
    select startup_id, score, rationale, region from matches where signal_id = ${signal} order by score desc, startup_id`;
  expect(rows.map(({ region: _, ...row }) => row)).toEqual(gist(matches));
  expect(new Set(rows.map((row) => row.region as string))).toEqual(new Set(['west']));
  expect(await market.told()).toContain('region:west match:generated admin');
});

test('the same rows → the same matches, to the last digit, in whatever order the rows lie', async () => {
  const first = gist(await generate());
  await market.sql`update startups set updated_at = now() where id in (select id from startups order by random())`;
  expect(gist(await generate())).toEqual(first);
});

test('three hundred that are equally good → the first by id, every time', async () => {
  const rows = await market.sql<{ id: string }[]>`
    insert into startups (name, sector, summary, is_active)
    select 'Twin', 'Bees', 'Urban beekeeping.', true from generate_series(1, 300) returning id`;
  const twins = rows.map(({ id }) => id).sort();
  const bees = await market.addSignal({ title: 'Beekeeping on public roofs' });
  for (const max of [100, 2, 7]) {
    const matches = await generate(bees, { max });
    expect(matches.map(({ startup_id }) => startup_id)).toEqual(twins.slice(0, max));
    expect(new Set(matches.map(({ score }) => score)).size).toBe(1);
  }
  await market.sql`delete from startups where name = 'Twin'`;
});

test('fewer, or others than before → what is stale is removed', async () => {
  const all = await generate();
  expect(all.length).toBeGreaterThan(1);
  await market.told();
  expect(await generate(signal, { max: 1 })).toHaveLength(1);
  expect(await market.told()).toContain('region:west match:removed admin');
  expect(await market.sql`select from matches where signal_id = ${signal}`).toHaveLength(1);
});

test.each(['is_active = false', 'deleted_at = now()'])(
  'a startup with %s → is not proposed',
  async (change) => {
    const name = ids.get('Culvertly')!;
    await market.sql.unsafe(`update startups set ${change} where id = $1`, [name]);
    expect((await generate()).map(nameOf)).not.toContain('Culvertly');
    await market.sql`update startups set is_active = true, deleted_at = null where id = ${name}`;
  },
);

test('past success → counts, and says how many', async () => {
  const before = (await generate()).find((match) => nameOf(match) === 'Brightmain')!;
  const won = await market.addSignal();
  for (const connection_status of ['matched', 'matched', 'declined'])
    await market.sql`insert into connections ${market.sql({ signal_id: won, startup_id: before.startup_id, connection_status })}`;
  await market.sql`insert into connections ${market.sql({ signal_id: won, startup_id: before.startup_id, connection_status: 'matched', deleted_at: new Date() })}`;
  const after = (await generate()).find((match) => nameOf(match) === 'Brightmain')!;
  expect(after.rationale.success).toEqual({ score: 0.5, matched: 2 });
  expect(after.score).toBeCloseTo(before.score + 0.075, 4);
});

test('words that stems do not join → letters find them, once a word is shared', async () => {
  const matches = await generate(
    await market.addSignal({ title: 'Storm water fees', pain_points: 'Parcels are billed alike.' }),
  );
  expect(nameOf(matches[0]!)).toBe('Stormwise');
  expect(matches[0]!.rationale.text.letters).toBeGreaterThan(0.2);
});

test.each([
  ['an empty signal', {}],
  ['signs, quotes and numbers', { title: `'); drop -- & | ! <-> :* \\ "x" 1000 50% a'b`, pain_points: '((' }],
  ['words that nobody uses', { title: 'Xylophone quagmire' }],
])('%s → no matches', async (_, columns) => {
  expect(await generate(await market.addSignal({ title: null, ...columns }))).toEqual([]);
});

test.each([0, -1, 101, null])('%j matches → refused', async (max) => {
  await expect(generate(signal, { max })).rejects.toMatchObject({ code: '22023' });
});

test('forty at once → as if one after another', async () => {
  const attempts = Array.from({ length: 40 }, (_, n) => generate(signal, { max: 1 + (n % 3) }));
  expect(await outcomes(attempts)).toEqual({ ok: 40 });
  const rows = await market.sql`select from matches where signal_id = ${signal}`;
  expect(rows.length).toBeLessThanOrEqual(3);
});

describe('with ten thousand startups', () => {
  beforeAll(async () => {
    await market.sql`
      insert into startups (name, sector, summary, is_active)
      select name || n, sector, case when n % 20 = 0 then summary else 'thing' || n % 300 end || ' word' || n % 500, true
      from startups, generate_series(1, 2000) n where id = any (${[...ids.values()]})`;
    await market.sql`analyze startups`;
  });

  test('a call asks the index for each of its words, and is there at once', async () => {
    const [scans] = await actingAs(market.sql, west, async (t) => {
      await t`select generate_matches(${signal})`;
      await t`reset role`;
      return t<{ lookups: number; ms: number }[]>`
        select idx_scan::integer as lookups, extract(milliseconds from clock_timestamp() - now())::integer as ms
        from pg_stat_xact_user_tables where relid = 'public.startups'::regclass`;
    });
    expect(scans!.lookups).toBeGreaterThan(10);
    // Some 50 ms; reading all offers for each word takes seconds.
    expect(scans!.ms).toBeLessThan(1000);
  });
});
