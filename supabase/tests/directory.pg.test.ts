import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { actingAs } from './support/people.ts';

interface Entry {
  user_id: string;
  email: string;
  display_name: string | null;
  role: string | null;
  regions: string[];
  startups: { id: string; name: string }[];
}

let market: Marketplace;

beforeAll(async () => {
  market = await createMarketplace();
});
afterAll(() => market[Symbol.asyncDispose]());

const directory = async (who: string | null, search = '', max = 200): Promise<Entry[]> => {
  const rows = await actingAs(
    market.sql,
    who,
    (t) => t<{ line: Entry }[]>`select to_jsonb(p) as line from people_directory(${search}, ${max}) p`,
  );
  return rows.map(({ line }) => line);
};

test('an owner → everybody with an account: staff by role, then people of startups, then the others', async () => {
  const found = await directory(market.people.owner);
  expect(
    found.map(({ display_name, role, regions, startups }) => [
      display_name,
      role,
      regions,
      startups.map(({ name }) => name),
    ]),
  ).toEqual([
    ['Olga', 'owner', [], []],
    ['Sim', 'admin', ['south'], []],
    ['Wes', 'admin', ['west'], []],
    ['Vera', 'viewer', ['west'], []],
    [null, null, [], ['Kelp']],
    [null, null, [], []],
  ]);
  expect(found[0]?.email).toMatch(/^Olga-.*@civstart\.test$/);
});

test('a part of an e-mail or name in any case → whom it is in; signs of patterns mean themselves', async () => {
  const names = async (search: string) =>
    (await directory(market.people.owner, search)).map(({ user_id }) => user_id);
  expect(await names('wES')).toEqual([market.people.west]);
  expect(await names('SAM-')).toEqual([market.people.stranger]);
  expect(await names('%')).toEqual([]);
  expect(await directory(market.people.owner, '', 2)).toHaveLength(2);
});

test.each(['west', 'viewer', 'member', 'stranger'] as const)('%s → refused', async (who) => {
  await expect(directory(market.people[who])).rejects.toMatchObject({
    code: '42501',
    message: 'Only owners may do this',
  });
});

test('nobody → refused', async () => {
  await expect(directory(null)).rejects.toMatchObject({ code: '42501' });
});

test.each([
  ['owner', ['Olga', 'Sim', 'Vera', 'Wes']],
  ['viewer', ['Olga', 'Sim', 'Vera', 'Wes']],
  ['member', []],
  ['stranger', []],
] as const)('names of the staff, asked by %s → %j', async (who, names) => {
  const rows = await actingAs(
    market.sql,
    market.people[who],
    (t) => t<{ display_name: string }[]>`select * from staff_names() order by display_name`,
  );
  expect(rows.map(({ display_name }) => display_name)).toEqual(names);
});

test('names of the staff, asked by nobody → refused', async () => {
  await expect(actingAs(market.sql, null, (t) => t`select * from staff_names()`)).rejects.toMatchObject({
    code: '42501',
  });
});
