import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';

let market: Marketplace;
let west: string;

beforeAll(async () => {
  market = await createMarketplace();
  west = market.people.west;
});
afterAll(() => market[Symbol.asyncDispose]());
beforeEach(async () => {
  await market.sql`delete from activity`;
  await market.told();
});

interface SignalRow {
  id: string;
  approval_status: string;
  is_public: boolean;
  rejection_reason: string | null;
}
const noted = (): Promise<unknown> =>
  market.sql`select entity, action, changes, source, actor, region from activity order by id`;

describe('a signal', () => {
  test('approved → the row, a message to its region, a line of activity with who did it', async () => {
    const signal = await market.addSignal({ approval_status: 'pending_review' });
    await market.told();
    const row = await market.call<SignalRow>(west, 'approve_signal', { signal });
    expect(row).toMatchObject({ id: signal, approval_status: 'approved', is_public: false });
    expect(await market.told()).toEqual([
      'region:west metrics:updated admin',
      'region:west signal:updated admin',
    ]);
    expect(await noted()).toMatchObject([
      {
        entity: 'signal',
        action: 'updated',
        changes: { approval_status: ['pending_review', 'approved'] },
        source: 'admin',
        actor: west,
        region: 'west',
      },
    ]);
  });

  test('approved again → nothing changes, nothing is told', async () => {
    const signal = await market.addSignal();
    await market.told();
    await market.call(west, 'approve_signal', { signal });
    expect(await market.told()).toEqual([]);
    expect(await noted()).toEqual([]);
  });

  test('rejected → with the reason, which goes when it is rejected no more', async () => {
    const signal = await market.addSignal({ approval_status: 'pending_review' });
    const reject = (reason: string | null): Promise<SignalRow> =>
      market.call(west, 'reject_signal', { signal, reason });
    expect(await reject('  Not ours to solve ')).toMatchObject({
      approval_status: 'rejected',
      rejection_reason: 'Not ours to solve',
    });
    expect(await noted()).toMatchObject([
      {
        changes: {
          approval_status: ['pending_review', 'rejected'],
          rejection_reason: [null, 'Not ours to solve'],
        },
      },
    ]);
    for (const reason of ['', '   ', null, 'x'.repeat(501)])
      await expect(reject(reason)).rejects.toMatchObject({ code: '22023' });
    await market.sql`update signals set approval_status = 'draft' where id = ${signal}`;
    const [row] = await market.sql`select rejection_reason from signals where id = ${signal}`;
    expect(row).toEqual({ rejection_reason: null });
  });

  test('published and unpublished → enters and leaves the pool', async () => {
    const signal = await market.addSignal();
    await market.told();
    expect(await market.call(west, 'publish_signal', { signal })).toMatchObject({ is_public: true });
    expect(await market.told()).toEqual(['pool pool:published admin', 'region:west signal:updated admin']);
    expect(await market.call(west, 'unpublish_signal', { signal })).toMatchObject({ is_public: false });
    expect(await market.told()).toEqual(['pool pool:removed admin', 'region:west signal:updated admin']);
  });

  test('not approved → does not go to the pool', async () => {
    const signal = await market.addSignal({ approval_status: 'pending_review' });
    await expect(market.call(west, 'publish_signal', { signal })).rejects.toMatchObject({
      code: 'P0001',
      detail: 'NOT_APPROVED',
      hint: 'Approve it first.',
    });
  });

  test.each([
    ['reject_signal', { reason: 'No' }, 'rejected'],
    ['archive_signal', {}, 'archived'],
    ['reopen_signal', {}, 'pending_review'],
  ])(
    '%s of a public one → leaves the pool, and approving it again does not bring it back',
    async (...row) => {
      const [rpc, args, approval_status] = row;
      const signal = await market.addSignal({ is_public: true });
      await market.told();
      expect(await market.call(west, rpc, { signal, ...args })).toMatchObject({
        approval_status,
        is_public: false,
      });
      expect(await market.told()).toContain('pool pool:removed admin');
      expect(await market.call(west, 'approve_signal', { signal })).toMatchObject({
        approval_status: 'approved',
        is_public: false,
      });
    },
  );
});

describe('a connection', () => {
  const addConnection = async (connection_status: string): Promise<string> => {
    const signal_id = await market.addSignal();
    const columns = { signal_id, startup_id: market.startup, contact_id: market.contact, connection_status };
    const [row] = await market.sql<{ id: string }[]>`
      insert into connections ${market.sql(columns)} returning id`;
    return row!.id;
  };

  test('introduced → the region, the startup and the numbers hear it', async () => {
    const connection = await addConnection('pending_review');
    await market.told();
    await market.sql`delete from activity`;
    const row = await market.call(west, 'set_connection_status', { connection, status: 'introduced' });
    expect(row).toMatchObject({ id: connection, connection_status: 'introduced' });
    expect(await market.told('rows')).toEqual([
      'region:west connection:updated admin',
      'region:west metrics:updated admin',
      `startup:${market.startup} connection:updated admin`,
    ]);
    expect(await noted()).toMatchObject([
      { entity: 'connection', changes: { connection_status: ['pending_review', 'introduced'] }, actor: west },
    ]);
  });

  test('every step that is allowed can be taken back, and the others are refused with what is possible', async () => {
    const statuses = ['pending_review', 'introduced', 'in_progress', 'matched', 'declined', 'closed'];
    const steps: Record<string, string[]> = {};
    for (const from of statuses) {
      for (const status of statuses) {
        const connection = await addConnection(from);
        const step = market.call(west, 'set_connection_status', { connection, status });
        const error = await step.then(
          () => null,
          (e: unknown) => e as { code: string; detail: string; hint: string },
        );
        if (error === null) (steps[from] ??= []).push(status);
        else expect(error).toMatchObject({ code: 'P0001', detail: 'NOT_A_STEP' });
        if (from === 'matched' && status === 'declined')
          expect(error).toMatchObject({ hint: 'Possible now: in progress, closed.' });
      }
    }
    expect(steps).toEqual({
      pending_review: ['pending_review', 'introduced', 'declined', 'closed'],
      introduced: ['pending_review', 'introduced', 'in_progress', 'declined', 'closed'],
      in_progress: ['introduced', 'in_progress', 'matched', 'declined', 'closed'],
      matched: ['in_progress', 'matched', 'closed'],
      declined: ['pending_review', 'introduced', 'in_progress', 'declined'],
      closed: ['pending_review', 'introduced', 'in_progress', 'matched', 'closed'],
    });
    const back = Object.entries(steps).flatMap(([from, tos]) => tos.map((to) => [from, to] as const));
    for (const [from, to] of back) expect(steps[to], `${from} → ${to} → ${from}`).toContain(from);
  });

  test('no status → said so', async () => {
    const connection = await addConnection('introduced');
    const step = market.call(west, 'set_connection_status', { connection, status: null });
    await expect(step).rejects.toMatchObject({ code: '22023' });
  });
});

describe('notifications', () => {
  const add = async (user: string, count: number): Promise<string[]> => {
    const rows = await market.sql<{ id: string }[]>`
      insert into notifications (user_id, kind, title)
      select ${user}, 'test', 'News ' || n from generate_series(1, ${count}::integer) n returning id`;
    return rows.map(({ id }) => id);
  };
  const unread = async (user: string): Promise<number> =>
    (await market.sql`select from notifications where user_id = ${user} and read_at is null`).length;

  test('those named, then all → only one’s own, and one message', async () => {
    const [first] = await add(west, 3);
    const others = await add(market.people.south, 2);
    await market.told();
    const mark = (ids: string[] | null): Promise<number> =>
      market.call(west, 'mark_notifications_read', { ids });
    expect(await mark([first!, ...others])).toBe(1);
    expect(await market.told()).toEqual([`user:${west} notification:updated admin`]);
    expect(await mark(null)).toBe(2);
    expect(await mark(null)).toBe(0);
    expect([await unread(west), await unread(market.people.south)]).toEqual([0, 2]);
  });

  test('by a member → from the portal', async () => {
    await add(market.people.member, 1);
    await market.told();
    await market.call(market.people.member, 'mark_notifications_read', {});
    expect(await market.told()).toEqual([`user:${market.people.member} notification:updated portal`]);
  });
});
