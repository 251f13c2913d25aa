import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { actingAs, addPerson } from './support/people.ts';
import { outcomes, untilBlocked } from './support/race.ts';

const RACING_CONNECTIONS = 24;
const ATTEMPTS = 200;

let market: Marketplace;
let owner: string;
let person: string;

beforeAll(async () => {
  market = await createMarketplace(RACING_CONNECTIONS);
  owner = market.people.owner;
});
afterAll(() => market[Symbol.asyncDispose]());
beforeEach(async () => {
  person = await addPerson(market.sql, 'Pia');
  await market.told();
});

const set = (
  user_id: string,
  role: string | null,
  regions: (string | null)[] | null,
  by = owner,
): Promise<unknown> => market.call(by, 'set_person', { user_id, display_name: 'Pia', role, regions });
const channelsOf = async (user: string): Promise<string[]> => {
  const rows = await actingAs(market.sql, user, (t) => t<{ name: string }[]>`select name from my_channels()`);
  return rows.map(({ name }) => name);
};
const topicOf = async (user: string, channel: string): Promise<string | undefined> => {
  const rows = await actingAs(
    market.sql,
    user,
    (t) => t<{ topic: string }[]>`select topic from my_channels() where name = ${channel}`,
  );
  return rows[0]?.topic;
};

test('a role with regions → the channels of them, and the person is told', async () => {
  expect(await set(person, 'admin', ['west', 'south'])).toMatchObject({
    user_id: person,
    role: 'admin',
    regions: ['south', 'west'],
  });
  expect(await channelsOf(person)).toEqual([
    'network',
    'pool',
    'presence:admins',
    'region:south',
    'region:west',
    `user:${person}`,
  ]);
  expect(await market.told()).toEqual([`user:${person} access:changed admin`]);
});

test('a region taken → its topic changes for those who stay, and the person loses it', async () => {
  await set(person, 'admin', ['west', 'south']);
  const before = await topicOf(market.people.west, 'region:west');
  const other = await topicOf(market.people.south, 'region:south');
  await set(person, 'viewer', ['south']);
  expect(await channelsOf(person)).not.toContain('region:west');
  expect(await topicOf(market.people.west, 'region:west')).not.toBe(before);
  expect(await topicOf(market.people.south, 'region:south')).toBe(other);
});

test('an owner → has all regions, without a list that would come back with a demotion', async () => {
  await set(person, 'admin', ['west']);
  expect(await set(person, 'owner', ['west'])).toMatchObject({ role: 'owner', regions: [] });
  expect(await channelsOf(person)).toContain('region:unassigned');
  expect(await set(person, 'viewer', [])).toMatchObject({ role: 'viewer', regions: [] });
  expect(await channelsOf(person)).not.toContain('region:west');
});

test('the same again → nobody is told, no topic changes', async () => {
  await set(person, 'admin', ['west']);
  await market.told();
  const before = await topicOf(person, 'region:west');
  await set(person, 'admin', ['west', 'west']);
  expect(await market.told()).toEqual([]);
  expect(await topicOf(person, 'region:west')).toBe(before);
});

test('removed → no channel, but the account and its startups stay', async () => {
  await set(person, 'admin', ['west']);
  await market.call(owner, 'set_startup_member', { user_id: person, startup: market.startup });
  const removed = await market.call(owner, 'remove_person', { user_id: person });
  expect(removed).toMatchObject({ user_id: person, role: 'admin', regions: ['west'] });
  expect(await channelsOf(person)).toEqual(['pool', `startup:${market.startup}`, `user:${person}`]);
  expect(await market.sql`select from auth.users where id = ${person}`).toHaveLength(1);
  expect(await market.sql`select from admin_regions where user_id = ${person}`).toHaveLength(0);
});

test('a membership → comes and goes, and coming twice is once', async () => {
  const args = { user_id: person, startup: market.startup };
  const first = await market.call(owner, 'set_startup_member', args);
  expect(first).toMatchObject({ user_id: person, startup_id: market.startup });
  expect(await market.call(owner, 'set_startup_member', args)).toEqual(first);
  expect(await channelsOf(person)).toContain(`startup:${market.startup}`);
  await market.call(owner, 'remove_startup_member', args);
  expect(await channelsOf(person)).toEqual([]);
});

test.each([
  ['no role', null, []],
  ['a region that is none', 'admin', ['unassigned']],
  ['an empty region', 'admin', [null]],
])('%s → refused', async (_, role, regions) => {
  await expect(set(person, role, regions)).rejects.toMatchObject({ code: '22023' });
});

test.each(['', '  ', 'x'.repeat(201), null])('the name %j → refused', async (display_name) => {
  const call = market.call(owner, 'set_person', {
    user_id: person,
    display_name,
    role: 'admin',
    regions: [],
  });
  await expect(call).rejects.toMatchObject({ code: '22023' });
});

test('the last owner → is neither demoted nor removed, by nobody', async () => {
  for (const role of ['admin', 'viewer'])
    await expect(set(owner, role, ['west'])).rejects.toMatchObject({ code: 'P0001', detail: 'LAST_OWNER' });
  await expect(market.call(owner, 'remove_person', { user_id: owner })).rejects.toMatchObject({
    code: 'P0001',
    detail: 'LAST_OWNER',
    hint: 'Make somebody else an owner first.',
  });
  expect(await set(owner, 'owner', [])).toMatchObject({ role: 'owner' });
});

test('an owner who is demoted while they demote another → waits, and may not any more', async () => {
  const [ann, bea] = [
    await addPerson(market.sql, 'Ann', 'owner'),
    await addPerson(market.sql, 'Bea', 'owner'),
  ];
  let theirs: Promise<unknown> | undefined;
  await actingAs(market.sql, ann, async (t) => {
    await t`select set_person(${bea}, 'Bea', 'viewer')`;
    theirs = set(ann, 'viewer', [], bea);
    theirs.catch(() => {});
    await untilBlocked(market.sql);
  });
  await expect(theirs).rejects.toMatchObject({ code: '42501', message: 'Only owners may do this' });
  expect(await set(ann, 'viewer', [])).toMatchObject({ role: 'viewer' });
});

test('an admin who is made a viewer while they wait for a row → may not act on it any more', async () => {
  const cleo = await addPerson(market.sql, 'Cleo', 'admin', ['west']);
  const signal = await market.addSignal({ approval_status: 'pending_review' });
  let approved: Promise<unknown> | undefined;
  await market.sql.begin(async (t) => {
    await t`select from signals where id = ${signal} for no key update`;
    approved = market.call(cleo, 'approve_signal', { signal });
    approved.catch(() => {});
    await untilBlocked(market.sql);
    await t`update admins set role = 'viewer' where user_id = ${cleo}`;
  });
  await expect(approved).rejects.toMatchObject({ code: '42501', message: 'Viewers may look but not act' });
});

test(`owners who demote and remove each other, ${ATTEMPTS} attempts at once → one is left`, async () => {
  const owners = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => addPerson(market.sql, `Owner ${n}`, 'owner')),
  );
  await market.call(owners[0]!, 'remove_person', { user_id: owner });
  const attempts = Array.from({ length: ATTEMPTS }, (_, n) => {
    const by = owners[n % owners.length]!;
    const whom = owners[(n * 7 + 3) % owners.length]!;
    return n % 2 ? market.call(by, 'remove_person', { user_id: whom }) : set(whom, 'viewer', [], by);
  });
  const { ok, ...refused } = await outcomes(attempts);
  expect(ok).toBeGreaterThanOrEqual(owners.length - 1);
  // Who lost their role while they waited may not go on.
  expect(Object.keys(refused).filter((why) => !['42501', 'LAST_OWNER', 'P0002'].includes(why))).toEqual([]);
  const left = await market.sql`select user_id from admins where role = 'owner'`;
  expect(left.length).toBeGreaterThanOrEqual(1);
});
