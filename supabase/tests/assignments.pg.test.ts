import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { outcomes } from './support/race.ts';

const RACING_CONNECTIONS = 24;
const ATTEMPTS = 200;

let market: Marketplace;
let west: string;
let startup: string;

interface Assignment {
  id: string;
  seen_at: string | null;
}

beforeAll(async () => {
  market = await createMarketplace(RACING_CONNECTIONS);
  west = market.people.west;
  startup = market.startup;
});
afterAll(() => market[Symbol.asyncDispose]());

const assign = (signal: string, to = startup): Promise<Assignment> =>
  market.call(west, 'assign_signal', { signal, startup: to });

test('assigned → the region and the startup hear it, with who did it; again → the same one, in silence', async () => {
  const signal = await market.addSignal();
  await market.told();
  await market.sql`delete from activity`;
  const assignment = await assign(signal);
  expect(assignment).toMatchObject({
    signal_id: signal,
    startup_id: startup,
    assigned_by: west,
    region: 'west',
  });
  expect(await market.told('rows')).toEqual([
    'region:west metrics:updated admin',
    'region:west signal:assigned admin',
    `startup:${startup} signal:assigned admin`,
  ]);
  const noted = await market.sql`select entity, entity_id, action, actor, source, region from activity`;
  expect([...noted]).toEqual([
    {
      entity: 'assignment',
      entity_id: assignment.id,
      action: 'created',
      actor: west,
      source: 'admin',
      region: 'west',
    },
  ]);
  expect(await assign(signal)).toEqual(assignment);
  expect(await market.told()).toEqual([]);
});

test('taken back → removed on both channels, and it can be handed out again', async () => {
  const signal = await market.addSignal();
  const assignment = await assign(signal);
  await market.told();
  await market.call(west, 'unassign_signal', { assignment: assignment.id });
  expect(await market.told()).toEqual([
    'region:west assignment:removed admin',
    'region:west metrics:updated admin',
    `startup:${startup} assignment:removed admin`,
  ]);
  const again = market.call(west, 'unassign_signal', { assignment: assignment.id });
  await expect(again).rejects.toMatchObject({ code: 'P0002' });
  expect((await assign(signal)).id).not.toBe(assignment.id);
});

test('a signal that is not approved, or a startup that is not active → refused', async () => {
  const draft = await market.addSignal({ approval_status: 'draft' });
  await expect(assign(draft)).rejects.toMatchObject({ code: 'P0001', detail: 'NOT_APPROVED' });
  const asleep = await market.addStartup({ name: 'Dormouse', is_active: false });
  await expect(assign(await market.addSignal(), asleep)).rejects.toMatchObject({
    code: 'P0001',
    detail: 'NOT_ACTIVE',
    message: 'Dormouse is not active',
  });
});

test('seen by a member → told from the portal, once; the first time stays', async () => {
  const { id } = await assign(await market.addSignal());
  await market.told();
  const see = (): Promise<Assignment> =>
    market.call(market.people.member, 'mark_assignment_seen', { assignment: id });
  const seen = await see();
  expect(seen.seen_at).not.toBeNull();
  expect(await market.told()).toEqual([
    'region:west assignment:updated portal',
    `startup:${startup} assignment:updated portal`,
  ]);
  expect(await see()).toEqual(seen);
  expect(await market.told()).toEqual([]);
});

test('seen by a member of another startup → as if it were not there', async () => {
  const { id } = await assign(await market.addSignal(), await market.addStartup());
  const see = market.call(market.people.member, 'mark_assignment_seen', { assignment: id });
  await expect(see).rejects.toMatchObject({ code: 'P0002' });
});

test(`${ATTEMPTS} attempts at once to assign one signal to five startups → five assignments, told once each`, async () => {
  const signal = await market.addSignal();
  const startups = await Promise.all(Array.from({ length: 5 }, () => market.addStartup()));
  await market.told();
  const attempts = Array.from({ length: ATTEMPTS }, (_, n) => assign(signal, startups[n % 5]));
  expect(await outcomes(attempts)).toEqual({ ok: ATTEMPTS });
  const ids = new Set((await Promise.all(attempts)).map(({ id }) => id));
  const rows = await market.sql`select id from signal_assignments where signal_id = ${signal}`;
  expect(new Set(rows.map((row) => row.id as string))).toEqual(ids);
  expect(ids.size).toBe(5);
  expect((await market.told()).filter((line) => line.includes('signal:assigned'))).toHaveLength(5);
});

test(`${ATTEMPTS} attempts at once to assign and to take back → nothing fails but what is gone, one or none is left`, async () => {
  const signal = await market.addSignal();
  const attempts = Array.from({ length: ATTEMPTS }, async (_, n) => {
    const { id } = await assign(signal);
    if (n % 2) await market.call(west, 'unassign_signal', { assignment: id });
  });
  const { ok, P0002: gone = 0, ...others } = await outcomes(attempts);
  expect(others).toEqual({});
  expect(ok! + gone).toBe(ATTEMPTS);
  const rows = await market.sql`select from signal_assignments where signal_id = ${signal}`;
  expect(rows.length).toBeLessThanOrEqual(1);
});
