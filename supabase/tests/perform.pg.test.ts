import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { actingAs } from './support/people.ts';
import { outcomes, untilBlocked } from './support/race.ts';

const RACING_CONNECTIONS = 12;

let market: Marketplace;
beforeAll(async () => {
  market = await createMarketplace(RACING_CONNECTIONS);
});
afterAll(() => market[Symbol.asyncDispose]());

type Args = Record<string, unknown>;
const perform = <T = Args>(who: string | null, key: string, action: string, args: Args): Promise<T> =>
  market.call(who, 'perform', { key, action, args });

const credits = async (): Promise<number> => {
  const [row] = await market.sql<{ credits: number }[]>`
    select credits from startups where id = ${market.startup}`;
  return row!.credits;
};
const grant = (delta: number): Args => ({ startup: market.startup, delta, reason: 'Thanks' });

test('the same key again → the first answer, done once', async () => {
  const { owner } = market.people;
  const key = randomUUID();
  const before = await credits();
  const first = await perform(owner, key, 'grant_credits', grant(3));
  expect(await perform(owner, key, 'grant_credits', grant(3))).toEqual(first);
  expect(await credits()).toBe(before + 3);
});

test('the same key many times at once → done once, and everybody gets the answer', async () => {
  const key = randomUUID();
  const before = await credits();
  const attempts = Array.from({ length: 8 }, () =>
    perform<{ id: string }>(market.people.owner, key, 'grant_credits', grant(2)),
  );
  expect(new Set((await Promise.all(attempts)).map(({ id }) => id)).size).toBe(1);
  expect(await credits()).toBe(before + 2);
});

test('a repetition that comes while the first is at work → waits for it; the first fails → the second does it', async () => {
  const { owner } = market.people;
  const key = randomUUID();
  const before = await credits();
  const failed = actingAs(market.sql, owner, async (t) => {
    await t`select perform(${key}, 'grant_credits', ${t.json(grant(5) as never)})`;
    const second = perform(owner, key, 'grant_credits', grant(5));
    await untilBlocked(market.sql);
    throw Object.assign(new Error('The connection broke'), { second });
  });
  const broken = await failed.then(
    () => null,
    (error: Error & { second: Promise<unknown> }) => error,
  );
  await broken!.second;
  expect(await credits()).toBe(before + 5);
});

test('refused → nothing is kept of it, and the key may be tried again once the reason is gone', async () => {
  const { west } = market.people;
  const signal = await market.addSignal({ approval_status: 'draft' });
  const key = randomUUID();
  expect(await outcomes([perform(west, key, 'publish_signal', { signal })])).toEqual({ NOT_APPROVED: 1 });
  expect(await market.sql`select from private.done_actions where key = ${key}`).toEqual([]);
  await perform(west, randomUUID(), 'approve_signal', { signal });
  expect(await perform(west, key, 'publish_signal', { signal })).toMatchObject({ is_public: true });
});

test('a key with other arguments → refused; the same key of another person → theirs', async () => {
  const { owner, west } = market.people;
  const key = randomUUID();
  const signal = await market.addSignal();
  await perform(owner, key, 'archive_signal', { signal });
  expect(await outcomes([perform(owner, key, 'reopen_signal', { signal })])).toEqual({ 22023: 1 });
  expect(await perform(west, key, 'reopen_signal', { signal })).toMatchObject({
    approval_status: 'pending_review',
  });
});

test('what is not on the list → refused, whatever its name', async () => {
  const { owner } = market.people;
  for (const action of ['set_person', 'pg_sleep', 'perform', 'private.grant_credits', '']) {
    expect(await outcomes([perform(owner, randomUUID(), action, {})])).toEqual({ 22023: 1 });
  }
});

test('rights are those of the caller, now: another region, a viewer, a member, nobody → refused', async () => {
  const { south, viewer, member } = market.people;
  const signal = await market.addSignal();
  for (const who of [south, viewer, member, null]) {
    const key = randomUUID();
    const args = { signal };
    expect(Object.keys(await outcomes([perform(who, key, 'archive_signal', args)]))).not.toContain('ok');
  }
  const [row] = await market.sql`select approval_status from signals where id = ${signal}`;
  expect(row).toEqual({ approval_status: 'approved' });
});

test('a conflict → told per field through perform as well', async () => {
  const { west } = market.people;
  const id = await market.addSignal({ title: 'Theirs' });
  const args = { entity: 'signals', id, changes: { title: 'Mine' }, base: { title: 'Before' } };
  const error = await perform(west, randomUUID(), 'edit_record', args).then(
    () => null,
    (refusal: { code: string; detail: string }) => refusal,
  );
  expect(error!.code).toBe('PT409');
  expect(JSON.parse(error!.detail)).toEqual([
    { field: 'title', yours: 'Mine', theirs: 'Theirs', base: 'Before' },
  ]);
});

test('what a member did is seen by nobody else; after a week it is forgotten', async () => {
  const { member, west, owner } = market.people;
  const signal = await market.addSignal({ is_public: true });
  const key = randomUUID();
  await market.sql`update startups set credits = 50 where id = ${market.startup}`;
  await perform(member, key, 'request_signal', { signal, startup: market.startup });
  for (const who of [west, owner]) {
    // Their own key of the same name, which does not say what the member's came to.
    await expect(perform(who, key, 'request_signal', { signal, startup: market.startup })).rejects.toThrow(
      /Only members of a startup/,
    );
    await expect(
      actingAs(market.sql, who, (t) => t`select from private.done_actions where key = ${key}`),
    ).rejects.toThrow(/permission denied/);
  }
  await market.sql`update private.done_actions set at = now() - interval '8 days' where key = ${key}`;
  await market.sql`select live.forget_done_actions()`;
  expect(await market.sql`select from private.done_actions where key = ${key}`).toEqual([]);
});
