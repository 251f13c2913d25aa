import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { outcomes, untilBlocked } from './support/race.ts';

const RACING_CONNECTIONS = 24;
const ATTEMPTS = 200;

let market: Marketplace;
let owner: string;
let member: string;
/** A startup of the member's own, made for each test. */
let startup: string;

interface Answer {
  connection_id: string;
  connection_status: string;
  startup_id: string;
  cost: number;
  credits: number;
}
interface Line {
  delta: number;
  balance: number;
  reason: string;
  signal_id: string | null;
  actor: string | null;
}

beforeAll(async () => {
  market = await createMarketplace(RACING_CONNECTIONS);
  ({ owner, member } = market.people);
});
afterAll(() => market[Symbol.asyncDispose]());
beforeEach(async () => {
  startup = await market.addStartup({ name: 'Reef' });
  await market.call(owner, 'set_startup_member', { user_id: member, startup });
  await market.told();
});

const grant = (delta: number, reason = 'Pilot'): Promise<Line> =>
  market.call(owner, 'grant_credits', { startup, delta, reason });
const request = (signal: string): Promise<Answer> =>
  market.call(member, 'request_signal', { signal, startup });
const inPool = (): Promise<string> => market.addSignal({ is_public: true });
const assigned = async (): Promise<string> => {
  const signal = await market.addSignal();
  await market.call(market.people.west, 'assign_signal', { signal, startup });
  return signal;
};

/** The lines of the startup, oldest first, after a look at whether they add up. */
async function ledger(): Promise<Line[]> {
  const lines = await market.sql<Line[]>`
    select delta, balance, reason, signal_id, actor from credit_changes where startup_id = ${startup} order by at`;
  let balance = 0;
  for (const line of lines) {
    balance += line.delta;
    expect(line.balance).toBe(balance);
    expect(balance).toBeGreaterThanOrEqual(0);
  }
  const [row] = await market.sql`
    select credits, last_credit_change is not distinct from (select max(at) from credit_changes where startup_id = ${startup}) as dated
    from startups where id = ${startup}`;
  expect(row).toEqual({ credits: balance, dated: true });
  return [...lines];
}

describe('a grant', () => {
  test('adds a line, tells the network and the startup', async () => {
    expect(await grant(7)).toMatchObject({
      startup_id: startup,
      delta: 7,
      balance: 7,
      reason: 'Pilot',
      actor: owner,
    });
    expect(await market.told()).toEqual([
      'network credit:created admin',
      'network startup:updated admin',
      `startup:${startup} credit:created admin`,
      `startup:${startup} startup:updated admin`,
    ]);
    expect(await ledger()).toHaveLength(1);
    const noted = await market.sql`select changes, actor, region from activity where entity_id = ${startup}`;
    expect([...noted]).toEqual([{ changes: { credits: [0, 7] }, actor: owner, region: null }]);
  });

  test('below zero takes some back, but never more than there is', async () => {
    await grant(3);
    expect(await grant(-2, 'Given twice')).toMatchObject({ balance: 1 });
    await expect(grant(-2)).rejects.toMatchObject({
      code: 'P0001',
      detail: 'CREDITS_SHORT',
      message: 'This takes 2 credits, and Reef has 1',
    });
    expect(await ledger()).toHaveLength(2);
  });

  test.each([
    ['of nothing', 0, 'Pilot'],
    ['without a reason', 1, ' '],
    ['with a long reason', 1, 'x'.repeat(501)],
    ['of too many', 2_000_000_000, 'Pilot'],
  ])('%s → refused', async (_, delta, reason) => {
    await expect(grant(delta, reason)).rejects.toMatchObject({ code: '22023' });
    expect(await ledger()).toEqual([]);
  });
});

describe('a request', () => {
  test('of a public signal → costs 5, makes a connection that waits for review, and tells all it concerns', async () => {
    await grant(12);
    const signal = await market.addSignal({ is_public: true, signal_identifier: 'SIG-7' });
    await market.told();
    await market.sql`delete from activity`;
    const answer = await request(signal);
    expect(answer).toMatchObject({
      connection_status: 'pending_review',
      startup_id: startup,
      cost: 5,
      credits: 7,
    });
    const rows = await market.sql`
      select signal_id, startup_id, organization_id, contact_id, region, connection_status
      from connections where id = ${answer.connection_id}`;
    expect([...rows]).toEqual([
      {
        signal_id: signal,
        startup_id: startup,
        organization_id: market.organization,
        contact_id: market.contact,
        region: 'west',
        connection_status: 'pending_review',
      },
    ]);
    expect((await ledger()).at(-1)).toEqual({
      delta: -5,
      balance: 7,
      reason: 'Request of SIG-7',
      signal_id: signal,
      actor: member,
    });
    expect(await market.told('rows')).toEqual([
      'network credit:created portal',
      'network startup:updated portal',
      'region:west connection:created portal',
      'region:west metrics:updated portal',
      `startup:${startup} connection:created portal`,
      `startup:${startup} credit:created portal`,
      `startup:${startup} startup:updated portal`,
    ]);
    const noted = await market.sql`select entity, action, source, actor from activity order by entity`;
    expect([...noted]).toEqual([
      { entity: 'connection', action: 'created', source: 'portal', actor: member },
      { entity: 'startup', action: 'updated', source: 'portal', actor: member },
    ]);
  });

  test('of an assigned signal → costs 2, also when it is public as well', async () => {
    await grant(4);
    expect(await request(await assigned())).toMatchObject({ cost: 2, credits: 2 });
    const both = await assigned();
    await market.call(market.people.west, 'publish_signal', { signal: both });
    expect(await request(both)).toMatchObject({ cost: 2, credits: 0 });
    expect(await ledger()).toHaveLength(3);
  });

  test('with too few credits → refused in words, nothing is written or told', async () => {
    await grant(4);
    const signal = await inPool();
    await market.told();
    await expect(request(signal)).rejects.toMatchObject({
      code: 'P0001',
      detail: 'CREDITS_SHORT',
      message: 'This takes 5 credits, and Reef has 4',
      hint: 'Ask the staff for credits.',
    });
    expect(await market.told()).toEqual([]);
    expect(await market.sql`select from connections where startup_id = ${startup}`).toHaveLength(0);
    expect(await ledger()).toHaveLength(1);
  });

  test('of the same signal again → refused and not paid, until the connection is removed', async () => {
    await grant(15);
    const signal = await inPool();
    const { connection_id } = await request(signal);
    await expect(request(signal)).rejects.toMatchObject({ code: 'P0001', detail: 'ALREADY_CONNECTED' });
    expect(await ledger()).toHaveLength(2);
    await market.sql`update connections set deleted_at = now() where id = ${connection_id}`;
    expect(await request(signal)).toMatchObject({ credits: 5 });
  });

  test.each([
    ['neither public nor assigned', {}],
    ['public but not approved any more', { is_public: true, approval_status: 'archived' }],
  ])('of a signal that is %s → as if it were not there', async (_, columns) => {
    await grant(15);
    const hidden = await market.addSignal(columns);
    await expect(request(hidden)).rejects.toMatchObject({
      code: 'P0002',
      message: 'This signal is not open to your startup',
    });
    expect(await ledger()).toHaveLength(1);
  });

  test('of what another startup was assigned → as if it were not there', async () => {
    await grant(15);
    const signal = await market.addSignal();
    await market.call(owner, 'assign_signal', { signal, startup: market.startup });
    await expect(request(signal)).rejects.toMatchObject({ code: 'P0002' });
  });

  test('for a startup that is not active → refused', async () => {
    await grant(15);
    await market.sql`update startups set is_active = false where id = ${startup}`;
    await expect(request(await inPool())).rejects.toMatchObject({ code: 'P0001', detail: 'NOT_ACTIVE' });
  });

  test('for which startup → must be said by who belongs to several; of others nobody may', async () => {
    const signal = await inPool();
    const ask = (args: object): Promise<Answer> => market.call(member, 'request_signal', { signal, ...args });
    await expect(ask({})).rejects.toMatchObject({ code: '22023', message: 'You belong to several startups' });
    const foreign = await market.addStartup({ credits: 100 });
    await expect(ask({ startup: foreign })).rejects.toMatchObject({ code: '42501' });
  });

  test('that costs nothing → a connection, and no line of nothing', async () => {
    await market.sql`update credit_configurations set cost = 0 where kind = 'assigned_signal_request'`;
    expect(await request(await assigned())).toMatchObject({ cost: 0, credits: 0 });
    expect(await ledger()).toEqual([]);
    await market.sql`update credit_configurations set cost = 2 where kind = 'assigned_signal_request'`;
  });
});

describe(`${ATTEMPTS} attempts at once`, () => {
  test('to spend 17 credits on as many signals → three are had, the rest is refused', async () => {
    await grant(17);
    const signals = await Promise.all(Array.from({ length: ATTEMPTS }, inPool));
    expect(await outcomes(signals.map(request))).toEqual({ ok: 3, CREDITS_SHORT: ATTEMPTS - 3 });
    expect((await ledger()).map(({ balance }) => balance)).toEqual([17, 12, 7, 2]);
    expect(await market.sql`select from connections where startup_id = ${startup}`).toHaveLength(3);
  });

  test('to request one signal → one connection, paid once', async () => {
    await grant(1000);
    const signal = await inPool();
    const attempts = Array.from({ length: ATTEMPTS }, () => request(signal));
    expect(await outcomes(attempts)).toEqual({ ok: 1, ALREADY_CONNECTED: ATTEMPTS - 1 });
    expect(await ledger()).toHaveLength(2);
  });

  test('to spend, grant and take back, while staff review and move the same signals → the ledger adds up', async () => {
    await grant(20);
    const signals = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? inPool() : assigned())));
    const attempts = Array.from({ length: ATTEMPTS }, (_, n): Promise<unknown> => {
      const signal = signals[n % signals.length]!;
      if (n % 10 === 3) return grant(1);
      if (n % 10 === 6) return grant(-1);
      if (n % 10 === 8)
        return market.call(owner, n % 20 === 8 ? 'archive_signal' : 'approve_signal', { signal });
      if (n % 50 === 25)
        return market.sql`update organizations set region = ${n % 100 === 25 ? 'south' : 'west'}, name = ${`Mesa ${n}`} where id = ${market.organization}`;
      return request(signal);
    });
    const { ok, ...refused } = await outcomes(attempts);
    expect(Object.keys(refused).sort()).toEqual(
      Object.keys(refused)
        .filter((why) => ['ALREADY_CONNECTED', 'CREDITS_SHORT', 'P0002'].includes(why))
        .sort(),
    );
    const lines = await ledger();
    const connections =
      await market.sql`select distinct signal_id from connections where startup_id = ${startup}`;
    expect(lines.filter(({ signal_id }) => signal_id !== null)).toHaveLength(connections.length);
    expect(lines.length).toBeLessThanOrEqual(ok! + 1);
    await market.sql`update organizations set region = 'west' where id = ${market.organization}`;
  });
});

test('a request that meets a page of the mirror → waits for it, and neither ends the other', async () => {
  await grant(5);
  const signal = await inPool();
  let requested: Promise<Answer> | undefined;
  await market.sql.begin(async (t) => {
    await t`update startups set summary = 'New' where id = ${startup}`;
    requested = request(signal);
    requested.catch(() => {});
    await untilBlocked(market.sql);
    await t`update signals set title = 'New' where id = ${signal}`;
  });
  expect(await requested).toMatchObject({ credits: 0 });
});

test('a startup of several that goes while the request waits → said so, and nothing is spent', async () => {
  await market.call(owner, 'set_startup_member', { user_id: member, startup: market.startup });
  await grant(5);
  const signal = await inPool();
  let requested: Promise<Answer> | undefined;
  await market.sql.begin(async (t) => {
    await t`update startups set deleted_at = now() where id = ${startup}`;
    requested = request(signal);
    requested.catch(() => {});
    await untilBlocked(market.sql);
  });
  await expect(requested).rejects.toMatchObject({ detail: 'NOT_ACTIVE' });
  expect(await ledger()).toHaveLength(1);
});

test('a member who is taken out of the startup while the request waits → refused, and nothing is spent', async () => {
  await grant(5);
  const signal = await inPool();
  let requested: Promise<Answer> | undefined;
  await market.sql.begin(async (t) => {
    await t`select from startups where id = ${startup} for no key update`;
    requested = request(signal);
    requested.catch(() => {});
    await untilBlocked(market.sql);
    await t`delete from startup_members where user_id = ${member} and startup_id = ${startup}`;
  });
  await expect(requested).rejects.toMatchObject({ code: '42501' });
  expect(await ledger()).toHaveLength(1);
});
