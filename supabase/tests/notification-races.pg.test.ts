import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { addPerson } from './support/people.ts';
import { untilBlocked } from './support/race.ts';

let market: Marketplace;
let west: string;

beforeAll(async () => {
  market = await createMarketplace(4);
  ({ west } = market.people);
});
afterAll(() => market[Symbol.asyncDispose]());
beforeEach(async () => {
  await market.sql`delete from signals`;
  await market.sql`delete from notifications`;
});

const notified = () =>
  market.sql`select kind, count, read_at is not null as read from notifications where user_id = ${west} order by created_at`;

test('news while its reader reads the last → told apart, and neither waits for the other', async () => {
  await market.addSignal({ urgency: 'critical' });
  await market.sql.begin(async (t) => {
    await t`update notifications set read_at = now() where user_id = ${west}`;
    await market.addSignal({ urgency: 'critical' });
  });
  expect(await notified()).toEqual([
    { kind: 'signal:urgent', count: 1, read: true },
    { kind: 'signal:urgent', count: 1, read: false },
  ]);
});

test('news while an account is being deleted that waits for their maker → everybody else is told', async () => {
  const leaving = await addPerson(market.sql, 'Lee', 'owner');
  await market.sql`insert into notifications (user_id, kind, title) values (${leaving}, 'test', 'Kept')`;
  let deleted: Promise<unknown> | undefined;
  await market.sql.begin(async (t) => {
    await t`update notifications set title = 'Changed' where user_id = ${leaving}`;
    deleted = Promise.resolve(market.sql`delete from auth.users where id = ${leaving}`);
    deleted.catch(() => {});
    await untilBlocked(market.sql);
    await t`insert into signals (title, urgency, organization_id) values ('Flood', 'critical', ${market.organization})`;
  });
  await deleted;
  expect(await market.sql`select error from live.failures`).toEqual([]);
  expect(await notified()).toEqual([{ kind: 'signal:urgent', count: 1, read: false }]);
});

test.each([
  ['a match', 'matches', { score: 0.5, rationale: '{}' }],
  ['an assignment', 'signal_assignments', {}],
])(
  '%s while its signal is taken away → waits for that, and is told to nobody',
  async (_title, table, columns) => {
    const signal = await market.addSignal();
    let added: Promise<unknown> | undefined;
    await market.sql.begin(async (t) => {
      await t`update signals set deleted_at = now() where id = ${signal}`;
      const row = { signal_id: signal, startup_id: market.startup, ...columns };
      added = market.sql`insert into ${market.sql(table)} ${market.sql(row)}`;
      added.catch(() => {});
      await untilBlocked(market.sql);
    });
    await added;
    expect(await market.sql`select kind from notifications`).toEqual([]);
  },
);
