import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { EVERYBODY, expectRights, type Person } from './support/rights.ts';

let market: Marketplace;
let things: { signal: string; startup: string; assignment: string; connection: string; person: string };

beforeAll(async () => {
  market = await createMarketplace();
  const { sql, startup } = market;
  const signal = await market.addSignal({ is_public: true });
  const assigned = await market.addSignal();
  const one = async (insertion: Promise<{ id: string }[]>): Promise<string> => (await insertion)[0]!.id;
  const assignment = await one(
    sql`insert into signal_assignments (signal_id, startup_id) values (${assigned}, ${startup}) returning id`,
  );
  const connection = await one(
    sql`insert into connections (signal_id, startup_id) values (${assigned}, ${startup}) returning id`,
  );
  things = { signal, startup, assignment, connection, person: market.people.stranger };
});
afterAll(() => market[Symbol.asyncDispose]());

/** Each action on rows of the west, with who may do it. Everybody else is refused with 42501 and a hint. */
const ACTIONS: [rpc: string, args: (t: typeof things) => Record<string, unknown>, may: Person[]][] = [
  ['approve_signal', ({ signal }) => ({ signal }), ['owner', 'west']],
  ['reject_signal', ({ signal }) => ({ signal, reason: 'No' }), ['owner', 'west']],
  ['archive_signal', ({ signal }) => ({ signal }), ['owner', 'west']],
  ['reopen_signal', ({ signal }) => ({ signal }), ['owner', 'west']],
  ['publish_signal', ({ signal }) => ({ signal }), ['owner', 'west']],
  ['unpublish_signal', ({ signal }) => ({ signal }), ['owner', 'west']],
  ['assign_signal', ({ signal, startup }) => ({ signal, startup }), ['owner', 'west']],
  ['unassign_signal', ({ assignment }) => ({ assignment }), ['owner', 'west']],
  ['generate_matches', ({ signal }) => ({ signal }), ['owner', 'west']],
  ['set_connection_status', ({ connection }) => ({ connection, status: 'introduced' }), ['owner', 'west']],
  ['grant_credits', ({ startup }) => ({ startup, delta: 1, reason: 'Thanks' }), ['owner']],
  [
    'set_person',
    ({ person }) => ({ user_id: person, display_name: 'Sam', role: 'owner', regions: [] }),
    ['owner'],
  ],
  ['remove_person', () => ({ user_id: market.people.viewer }), ['owner']],
  ['set_startup_member', ({ person, startup }) => ({ user_id: person, startup }), ['owner']],
  ['remove_startup_member', ({ startup }) => ({ user_id: market.people.member, startup }), ['owner']],
  ['request_signal', ({ signal, startup }) => ({ signal, startup }), ['member']],
  ['mark_assignment_seen', ({ assignment }) => ({ assignment }), ['member']],
];

describe.each(ACTIONS)('%s', (rpc, args, may) => {
  test.each(EVERYBODY)(`as %s → ${may.join(' and ')} may`, async (person) => {
    await expectRights(market, person, [rpc, args(things)], !may.includes(person) && '42501');
  });
});

test('the words of a refusal say what to do', async () => {
  const { signal } = things;
  const { south, viewer, stranger } = market.people;
  const refusal = (who: string): Promise<unknown> => market.call(who, 'approve_signal', { signal });
  await expect(refusal(south)).rejects.toMatchObject({
    message: 'This belongs to the region west, which is not yours',
    hint: 'Ask an owner for the region west, or a colleague who has it to do this.',
  });
  await expect(refusal(viewer)).rejects.toMatchObject({
    message: 'Viewers may look but not act',
    hint: 'Ask an owner to make you an admin.',
  });
  await expect(refusal(stranger)).rejects.toMatchObject({ message: 'Only staff may do this' });
});

test('a row without a region → owners only', async () => {
  const signal = await market.addSignal({ organization_id: null });
  const { owner, west } = market.people;
  await expect(market.call(west, 'archive_signal', { signal })).rejects.toMatchObject({ code: '42501' });
  expect(await market.call(owner, 'archive_signal', { signal })).toMatchObject({ region: 'unassigned' });
});

test('what is not there, or has a tombstone → P0002, for each action on a row', async () => {
  const gone = await market.addSignal();
  await market.sql`update signals set deleted_at = now() where id = ${gone}`;
  const reads = { signal: gone, reason: 'x', startup: things.startup };
  for (const rpc of ['approve_signal', 'archive_signal', 'publish_signal', 'generate_matches'])
    await expect(market.call(market.people.west, rpc, { signal: gone }), rpc).rejects.toMatchObject({
      code: 'P0002',
    });
  const nobody = randomUUID();
  const { owner, member } = market.people;
  const cases: [string, string, Record<string, unknown>][] = [
    [owner, 'reject_signal', { signal: nobody, reason: reads.reason }],
    [owner, 'assign_signal', { signal: things.signal, startup: nobody }],
    [owner, 'unassign_signal', { assignment: nobody }],
    [owner, 'set_connection_status', { connection: nobody, status: 'closed' }],
    [owner, 'grant_credits', { startup: nobody, delta: 1, reason: 'x' }],
    [owner, 'set_person', { user_id: nobody, display_name: 'N', role: 'admin', regions: [] }],
    [owner, 'remove_person', { user_id: nobody }],
    [owner, 'set_startup_member', { user_id: nobody, startup: things.startup }],
    [owner, 'set_startup_member', { user_id: owner, startup: nobody }],
    [owner, 'remove_startup_member', { user_id: owner, startup: things.startup }],
    [member, 'request_signal', { signal: nobody }],
    [member, 'request_signal', { signal: gone }],
    [member, 'mark_assignment_seen', { assignment: nobody }],
  ];
  for (const [who, rpc, args] of cases)
    await expect(market.call(who, rpc, args), rpc).rejects.toMatchObject({ code: 'P0002' });
});

test('nobody writes around the actions', async () => {
  const { sql, people } = market;
  const tables = [
    'signals',
    'signal_assignments',
    'connections',
    'startups',
    'credit_changes',
    'credit_configurations',
  ];
  for (const role of ['authenticated', 'service_role', 'anon']) {
    for (const table of [
      ...tables,
      'admins',
      'admin_regions',
      'startup_members',
      'matches',
      'notifications',
    ]) {
      const write = sql.begin(async (t) => {
        await t`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${JSON.stringify({ sub: people.owner })}, true)`;
        await t`delete from ${t(table)}`;
      });
      await expect(write, `${role} ${table}`).rejects.toMatchObject({ code: '42501' });
    }
  }
  const [row] = await sql`select count(*)::integer as n from information_schema.role_table_grants
    where table_schema = 'public' and grantee in ('anon', 'authenticated', 'service_role')
      and privilege_type in ('INSERT', 'UPDATE', 'DELETE') and table_name not in ('notification_rules', 'saved_views')`;
  expect(row).toEqual({ n: 0 });
});
