import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { actingAs } from './support/people.ts';
import { outcomes, untilBlocked } from './support/race.ts';

const RACING_CONNECTIONS = 24;
const ATTEMPTS = 200;

let market: Marketplace;
let west: string;
let member: string;
/** A new one with 10 credits for each test; `member` belongs to it and to none other. */
let startup: string;

interface Answer {
  id: string;
  answer: string;
  decline_reason: string | null;
  cost: number;
  connection_id: string | null;
}

beforeAll(async () => {
  market = await createMarketplace(RACING_CONNECTIONS);
  ({ west, member } = market.people);
});
afterAll(() => market[Symbol.asyncDispose]());
beforeEach(async () => {
  startup = await market.addStartup({ name: 'Reef', credits: 10 });
  await market.sql`delete from startup_members`;
  await market.sql`insert into startup_members (user_id, startup_id) values (${member}, ${startup})`;
});

const assign = async (): Promise<string> => {
  const { id } = await market.call<{ id: string }>(west, 'assign_signal', {
    signal: await market.addSignal({ signal_identifier: 'SIG-7' }),
    startup,
  });
  return id;
};
const accept = (assignment: string, who = member): Promise<Answer> =>
  market.call(who, 'accept_assignment', { assignment });
const decline = (assignment: string, reason = 'Too far away'): Promise<Answer> =>
  market.call(member, 'decline_assignment', { assignment, reason });
const request = async (): Promise<string> => {
  const signal = await market.addSignal({ signal_identifier: 'SIG-7', is_public: true });
  const answer = await market.call<{ connection_id: string }>(member, 'request_signal', { signal });
  return answer.connection_id;
};
const refuse = (connection: string, reason = 'Not this year', who = west): Promise<unknown> =>
  market.call(who, 'decline_request', { connection, reason });
const welcome = (connection: string, who = west): Promise<unknown> =>
  market.call(who, 'accept_request', { connection });
const setStatus = (connection: string, status: string): Promise<unknown> =>
  market.call(west, 'set_connection_status', { connection, status });
const credits = async (): Promise<number> =>
  (await market.sql<{ credits: number }[]>`select credits from startups where id = ${startup}`)[0]!.credits;
const connectionsSeen = (): Promise<Record<string, unknown>[]> =>
  actingAs(market.sql, member, async (t) => [...(await t`select * from startup_connections()`)]);

describe('a startup', () => {
  test('accepts what it was handed → pays for the introduction, which waits for review', async () => {
    const assignment = await assign();
    await market.sql`delete from activity`;
    await market.told();
    const answer = await accept(assignment);
    expect(answer).toMatchObject({ id: assignment, answer: 'accepted', decline_reason: null, cost: 2 });
    expect(await credits()).toBe(8);
    const [row] = await market.sql`
      select startup_id, connection_status, requested_at is not null as requested from connections where id = ${answer.connection_id}`;
    expect(row).toEqual({ startup_id: startup, connection_status: 'pending_review', requested: true });
    const told = await market.told();
    expect(told).toContain(`startup:${startup} assignment:updated portal`);
    expect(told).toContain('region:west connection:created portal');
    const noted = await market.sql`select entity, actor, source from activity where entity = 'assignment'`;
    expect([...noted]).toEqual([{ entity: 'assignment', actor: member, source: 'portal' }]);
  });

  test('accepts without the credits → refused, and nothing is answered', async () => {
    await market.sql`update startups set credits = 1 where id = ${startup}`;
    const assignment = await assign();
    await expect(accept(assignment)).rejects.toMatchObject({ detail: 'CREDITS_SHORT' });
    const [row] = await market.sql`select answer, seen_at from signal_assignments where id = ${assignment}`;
    expect(row).toEqual({ answer: null, seen_at: null });
  });

  test('accepts where staff made the connection already → nothing to pay', async () => {
    const assignment = await assign();
    const [made] = await market.sql<{ id: string }[]>`
      insert into connections (signal_id, startup_id)
      select signal_id, startup_id from signal_assignments where id = ${assignment} returning id`;
    expect(await accept(assignment)).toMatchObject({ answer: 'accepted', cost: 0, connection_id: made!.id });
    expect(await credits()).toBe(10);
  });

  test('declines with a reason, may change its mind, and not the other way round', async () => {
    const assignment = await assign();
    expect(await decline(assignment)).toMatchObject({ answer: 'declined', decline_reason: 'Too far away' });
    expect(await credits()).toBe(10);
    expect(await accept(assignment)).toMatchObject({ answer: 'accepted', decline_reason: null, cost: 2 });
    await expect(decline(assignment)).rejects.toMatchObject({ code: 'P0001', detail: 'ALREADY_ACCEPTED' });
  });

  test.each(['', ' ', 'x'.repeat(501)])('declines without a sensible reason → refused', async (reason) => {
    await expect(decline(await assign(), reason)).rejects.toMatchObject({ code: '22023' });
  });

  test('answers for another startup, or is no member at all → as if it were not there, or not their right', async () => {
    const assignment = await assign();
    await market.sql`delete from startup_members`;
    await market.sql`insert into startup_members (user_id, startup_id) values (${member}, ${market.startup})`;
    await expect(accept(assignment)).rejects.toMatchObject({ code: 'P0002' });
    await expect(decline(assignment)).rejects.toMatchObject({ code: 'P0002' });
    await expect(accept(assignment, west)).rejects.toMatchObject({ code: '42501' });
    await expect(accept(assignment, market.people.stranger)).rejects.toMatchObject({ code: '42501' });
  });

  test(`accepts in ${ATTEMPTS} attempts at once → one connection, paid once, all hear the same`, async () => {
    const assignment = await assign();
    const attempts = Array.from({ length: ATTEMPTS }, () => accept(assignment));
    expect(await outcomes(attempts)).toEqual({ ok: ATTEMPTS });
    const answers = await Promise.all(attempts);
    expect(new Set(answers.map(({ connection_id }) => connection_id)).size).toBe(1);
    expect(answers.reduce((sum, { cost }) => sum + cost, 0)).toBe(2);
    expect(await credits()).toBe(8);
  });

  test(`accepts, declines and loses it to staff in ${ATTEMPTS} attempts at once → paid for what was asked for`, async () => {
    const assignment = await assign();
    const attempts = Array.from({ length: ATTEMPTS }, (_, n): Promise<unknown> => {
      if (n === ATTEMPTS / 2) return market.call(west, 'unassign_signal', { assignment });
      return n % 3 === 0 ? accept(assignment) : decline(assignment);
    });
    const { ok, ALREADY_ACCEPTED: late = 0, P0002: gone = 0, ...others } = await outcomes(attempts);
    expect(others).toEqual({});
    expect(ok! + late + gone).toBe(ATTEMPTS);
    const connections = await market.sql`select from connections where startup_id = ${startup}`;
    expect(await credits()).toBe(10 - 2 * connections.length);
  });
});

describe('staff', () => {
  test('accept a request → introduced, and the contact is shown', async () => {
    const connection = await request();
    expect((await connectionsSeen())[0]).toMatchObject({ contact_email: null, contact_name: null });
    expect(await welcome(connection)).toMatchObject({ connection_status: 'introduced' });
    const [row] = await connectionsSeen();
    expect(row).toMatchObject({ contact_name: 'Ana Ruiz', decline_reason: null });
    expect(Object.keys(row!.steps as object)).toEqual(['introduced']);
    expect(await credits()).toBe(5);
  });

  test('decline a request → the startup reads the reason and has its credits back', async () => {
    const connection = await request();
    expect(await credits()).toBe(5);
    expect(await refuse(connection)).toMatchObject({
      connection_status: 'declined',
      decline_reason: 'Not this year',
    });
    expect(await credits()).toBe(10);
    expect((await connectionsSeen())[0]).toMatchObject({ decline_reason: 'Not this year' });
    const lines = await market.sql`
      select delta, balance, reason from credit_changes where startup_id = ${startup} order by at`;
    expect([...lines]).toEqual([
      { delta: -5, balance: 5, reason: 'Request of SIG-7' },
      { delta: 5, balance: 10, reason: 'Returned: Request of SIG-7' },
    ]);
  });

  test('decline in Airtable, or close it → the credits return too', async () => {
    const [first, second] = [await request(), await request()];
    await market.sql`update connections set connection_status = 'declined' where id = ${first}`;
    expect(await credits()).toBe(5);
    await market.sql`update connections set connection_status = 'closed' where id = ${second}`;
    expect(await credits()).toBe(10);
  });

  test('decline, take it back and decline again → returned once; the reason goes with the refusal', async () => {
    const connection = await request();
    await refuse(connection);
    expect(await setStatus(connection, 'pending_review')).toMatchObject({ decline_reason: null });
    await refuse(connection);
    expect(await credits()).toBe(10);
  });

  test('decline what was introduced, or what nobody paid for → nothing returns', async () => {
    const introduced = await request();
    await welcome(introduced);
    await expect(refuse(introduced)).rejects.toMatchObject({ detail: 'ANSWERED' });
    await setStatus(introduced, 'declined');
    expect(await credits()).toBe(5);
    const [made] = await market.sql<{ id: string }[]>`
      insert into connections (signal_id, startup_id)
      select signal_id, startup_id from connections where id = ${introduced} returning id`;
    await expect(refuse(made!.id)).rejects.toMatchObject({ detail: 'NOT_A_REQUEST' });
    await setStatus(made!.id, 'declined');
    expect(await credits()).toBe(5);
  });

  test('without a reason, of another region, or viewers → refused', async () => {
    const connection = await request();
    await expect(refuse(connection, ' ')).rejects.toMatchObject({ code: '22023' });
    const { south, viewer } = market.people;
    for (const who of [south, viewer, member]) {
      await expect(refuse(connection, 'No', who)).rejects.toMatchObject({ code: '42501' });
      await expect(welcome(connection, who)).rejects.toMatchObject({ code: '42501' });
    }
    expect(await credits()).toBe(5);
  });

  test(`answer in ${ATTEMPTS} attempts at once, and Airtable too → one answer, and at most one return`, async () => {
    const connection = await request();
    const attempts = Array.from({ length: ATTEMPTS }, (_, n): Promise<unknown> => {
      if (n === 20)
        return market.sql`update connections set connection_status = 'declined' where id = ${connection}
          and connection_status = 'pending_review'`;
      return n % 2 ? refuse(connection) : welcome(connection);
    });
    const { ok, ANSWERED: late, ...others } = await outcomes(attempts);
    expect([ok! + late!, others]).toEqual([ATTEMPTS, {}]);
    const [row] = await market.sql`select connection_status from connections where id = ${connection}`;
    expect(await credits()).toBe(row!.connection_status === 'declined' ? 10 : 5);
  });

  test('are told to introduce and to close at the same moment → one after the other, and both are done', async () => {
    const connection = await request();
    const both = await market.sql.begin(async (t) => {
      await t`select from startups where id = ${startup} for no key update`;
      const answers = [welcome(connection)];
      await untilBlocked(market.sql);
      answers.push(setStatus(connection, 'closed'));
      await untilBlocked(market.sql, 2);
      return { ended: outcomes(answers) };
    });
    expect(await both.ended).toEqual({ ok: 2 });
    expect(await credits()).toBe(5);
  });
});
