import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { addPerson } from './support/people.ts';

let market: Marketplace;
let names: Record<string, string>;

beforeAll(async () => {
  market = await createMarketplace(4);
  names = Object.fromEntries(Object.entries<string>({ ...market.people }).map(([name, id]) => [id, name]));
});
afterAll(() => market[Symbol.asyncDispose]());
beforeEach(async () => {
  await market.sql`delete from connections`;
  await market.sql`delete from signals`;
  await market.sql`delete from notifications`;
  await market.sql`delete from notification_rules`;
});

/** `person kind: title` of all there are, as people read them. */
const notified = async (): Promise<string[]> => {
  const rows = await market.sql<{ user_id: string; kind: string; title: string }[]>`
    select user_id, kind, title from notifications`;
  return rows.map(({ user_id, kind, title }) => `${names[user_id] ?? user_id} ${kind}: ${title}`).sort();
};
const rule = (who: string, event: string, columns: Record<string, unknown> = {}): Promise<unknown> =>
  market.sql`insert into notification_rules ${market.sql({ user_id: who, event, ...columns } as Record<string, string>)}`;
const urgent = (columns: Record<string, string | boolean | null> = {}): Promise<string> =>
  market.addSignal({ urgency: 'critical', signal_identifier: 'SIG-7', ...columns });
const assign = async (signal: string): Promise<string> => {
  const args = { signal, startup: market.startup };
  return (await market.call<{ id: string }>(market.people.west, 'assign_signal', args)).id;
};

describe('an urgent signal', () => {
  test('in the west → the people of the west and owners are told, each once, with a way to it', async () => {
    const id = await urgent();
    const title = 'signal:urgent: Critical signal: Flooded underpasses';
    expect(await notified()).toEqual([`owner ${title}`, `viewer ${title}`, `west ${title}`]);
    const [row] = await market.sql`
      select body, entity, entity_id, severity, count, regions::text[] from notifications where user_id = ${market.people.west}`;
    expect(row).toEqual({
      body: 'SIG-7 · Mesa Verano',
      entity: 'signal',
      entity_id: id,
      severity: 'critical',
      count: 1,
      regions: ['west'],
    });
  });

  test('told again only when it becomes more urgent, or urgent again', async () => {
    const id = await urgent({ urgency: 'high' });
    const read = async (columns: Record<string, string>): Promise<number> => {
      await market.sql`delete from notifications`;
      await market.sql`update signals set ${market.sql(columns)} where id = ${id}`;
      return (await notified()).length;
    };
    expect(await read({ title: 'Other words' })).toBe(0);
    expect(await read({ urgency: 'critical' })).toBe(3);
    expect(await read({ urgency: 'high' })).toBe(0);
    expect(await read({ urgency: 'low' })).toBe(0);
    expect(await read({ urgency: 'high' })).toBe(3);
    expect(await read({ approval_status: 'archived' })).toBe(0);
    expect(await read({ approval_status: 'approved' })).toBe(3);
  });

  test('that comes to another region → news there, not to the owner who knew of it', async () => {
    await urgent();
    await market.sql`delete from notifications`;
    await market.sql`update organizations set region = 'south' where id = ${market.organization}`;
    expect(await notified()).toEqual(['south signal:urgent: Critical signal: Flooded underpasses']);
    await market.sql`update organizations set region = 'west' where id = ${market.organization}`;
  });

  test('that was so only within a transaction → no news', async () => {
    const id = await urgent({ urgency: 'low' });
    await market.sql.begin(async (t) => {
      await t`update signals set urgency = 'critical' where id = ${id}`;
      await t`update signals set urgency = 'low' where id = ${id}`;
    });
    expect(await notified()).toEqual([]);
  });
});

describe('many at once', () => {
  const title = (n: number): string => `signal:urgent: ${n} urgent signals in West`;

  test('500 rows of one statement → one notification a person', async () => {
    await market.sql`
      insert into signals (title, urgency, organization_id)
      select 'Pothole ' || n, 'high', ${market.organization} from generate_series(1, 500) n`;
    expect(await notified()).toEqual([`owner ${title(500)}`, `viewer ${title(500)}`, `west ${title(500)}`]);
    const [row] = await market.sql`select count, entity_id, severity from notifications limit 1`;
    expect(row).toEqual({ count: 500, entity_id: null, severity: 'warning' });
  });

  test('40 calls or pages one after the other → one, which grows; what was read stays as it was read', async () => {
    for (let n = 0; n < 40; n++) await urgent();
    expect(await notified()).toContain(`west ${title(40)}`);
    expect(await notified()).toHaveLength(3);
    await market.call(market.people.west, 'mark_notifications_read', {});
    await urgent();
    expect(await notified()).toEqual([
      `owner ${title(41)}`,
      `viewer ${title(41)}`,
      `west ${title(40)}`,
      'west signal:urgent: Critical signal: Flooded underpasses',
    ]);
  });

  test('40 transactions at the same time → nothing is lost of the number', async () => {
    await Promise.all(Array.from({ length: 40 }, () => urgent()));
    expect(await notified()).toEqual([`owner ${title(40)}`, `viewer ${title(40)}`, `west ${title(40)}`]);
  });

  test('a region is lost → what was told of it grows no more', async () => {
    const both = await addPerson(market.sql, 'Both', 'admin', ['west', 'south']);
    await urgent();
    await market.sql`delete from admin_regions where user_id = ${both} and region = 'west'`;
    await market.sql`update organizations set region = 'south' where id = ${market.organization}`;
    const rows = await market.sql`
      select regions::text[], count from notifications where user_id = ${both} order by created_at`;
    expect([...rows]).toEqual([
      { regions: ['west'], count: 1 },
      { regions: ['south'], count: 1 },
    ]);
    await market.sql`update organizations set region = 'west' where id = ${market.organization}`;
    await market.sql`delete from auth.users where id = ${both}`;
  });

  test('one thing that moves on twice → one notification that says the last', async () => {
    const signal_id = await market.addSignal();
    const [row] = await market.sql<{ id: string }[]>`
      insert into connections (signal_id, startup_id) values (${signal_id}, ${market.startup}) returning id`;
    for (const status of ['introduced', 'in_progress'])
      await market.sql`update connections set connection_status = ${status} where id = ${row!.id}`;
    expect(await notified()).toEqual([
      'member connection:progress: In progress: Flooded underpasses',
      'owner connection:status: In progress: Kelp',
      'viewer connection:status: In progress: Kelp',
      'west connection:status: In progress: Kelp',
    ]);
  });
});

describe('between staff and startups', () => {
  test('a signal is handed over → the members are told, and not staff', async () => {
    await assign(await market.addSignal());
    expect(await notified()).toEqual(['member signal:assigned: New signal: Flooded underpasses']);
  });

  test('a startup asks for a signal → staff who can answer are told, not the member who did it', async () => {
    const colleague = await addPerson(market.sql, 'Colleague');
    await market.sql`insert into startup_members (user_id, startup_id) values (${colleague}, ${market.startup})`;
    const signal = await market.addSignal({ is_public: true, signal_identifier: 'SIG-9' });
    const { connection_id } = await market.call<{ connection_id: string }>(
      market.people.member,
      'request_signal',
      { signal },
    );
    expect((await notified()).map((line) => line.replace(colleague, 'colleague'))).toEqual([
      'colleague connection:progress: Requested: Flooded underpasses',
      'owner signal:requested: Kelp asks for SIG-9',
      'west signal:requested: Kelp asks for SIG-9',
    ]);
    await market.sql`delete from auth.users where id = ${colleague}`;
    await market.sql`delete from notifications`;

    await market.call(market.people.west, 'decline_request', { connection: connection_id, reason: 'Later' });
    expect(await notified()).toEqual([
      'member connection:progress: Declined: Flooded underpasses',
      'owner connection:status: Declined: Kelp',
      'viewer connection:status: Declined: Kelp',
    ]);
    const [row] = await market.sql`select body from notifications where kind = 'connection:progress'`;
    expect(row).toEqual({ body: 'Later' });
  });

  test('an offer is declined → staff read why; accepted → they are told of the request alone', async () => {
    const first = await assign(await market.addSignal({ signal_identifier: 'SIG-1' }));
    const second = await assign(await market.addSignal({ signal_identifier: 'SIG-2' }));
    await market.sql`delete from notifications`;
    await market.call(market.people.member, 'decline_assignment', { assignment: first, reason: 'Too far' });
    await market.call(market.people.member, 'accept_assignment', { assignment: second });
    expect(await notified()).toEqual([
      'owner assignment:answered: Kelp declined SIG-1',
      'owner signal:requested: Kelp asks for SIG-2',
      'west assignment:answered: Kelp declined SIG-1',
      'west signal:requested: Kelp asks for SIG-2',
    ]);
  });

  test('matches are generated → told once, with the signal; the same again → nothing', async () => {
    await market.sql`update startups set summary = 'Pumps for flooded underpasses' where id = ${market.startup}`;
    const signal = await market.addSignal({ signal_identifier: 'SIG-3' });
    const generate = (): Promise<unknown> =>
      market.call(market.people.west, 'generate_matches', { signal, max: 5 });
    await generate();
    expect(await notified()).toEqual([
      'owner match:generated: Kelp matches SIG-3',
      'viewer match:generated: Kelp matches SIG-3',
    ]);
    await market.sql`delete from notifications`;
    await generate();
    expect(await notified()).toEqual([]);
  });
});

describe('trouble with the sync', () => {
  test('dead letters and failed runs → owners alone, once a day while it is unread', async () => {
    await market.sql`
      insert into airtable.dead_letters (base_id, table_id, record_id, cells, reason)
      select 'app1', 'tbl1', 'rec' || n, '{}', 'Urgency is not a choice' from generate_series(1, 3) n`;
    expect(await notified()).toEqual(['owner sync:trouble: 3 problems with the sync']);
    const [run] = await market.sql`insert into airtable.runs (kind) values ('drain') returning id`;
    await market.sql`update airtable.runs set state = 'failed', error = 'Airtable is away' where id = ${run!.id as string}`;
    await market.sql`insert into airtable.runs (kind, state) values ('drain', 'succeeded')`;
    expect(await notified()).toEqual(['owner sync:trouble: 4 problems with the sync']);
    const [grown] = await market.sql`
      select body, created_at < (select started_at from airtable.runs where state = 'failed') as in_its_place from notifications`;
    expect(grown).toEqual({ body: 'Airtable is away', in_its_place: true });
    await market.call(market.people.owner, 'mark_notifications_read', {});
    await market.sql`insert into airtable.runs (kind, state, error) values ('push', 'failed', 'Airtable is away')`;
    expect(await notified()).toContain('owner sync:trouble: The push failed');
  });
});

describe('rules', () => {
  test.each([
    ['a muted event', 'signal:urgent', { muted: true }, false],
    ['everything muted', '*', { muted: true }, false],
    ['another event muted', 'match:generated', { muted: true }, true],
    ['other urgencies', 'signal:urgent', { filter: { urgencies: ['high'] } }, false],
    ['this urgency', 'signal:urgent', { filter: { urgencies: ['high', 'critical'] } }, true],
    ['other regions', 'signal:urgent', { filter: { regions: ['south'] } }, false],
    ['this region, of everything', '*', { filter: { regions: ['west'] } }, true],
    ['nonsense', 'signal:urgent', { filter: { urgencies: 7, regions: null, what: ['x'] } }, false],
    ['sound and quiet hours', '*', { sound: true, quiet_from: '20:00', quiet_until: '07:00' }, true],
  ])('%s → as wished', async (_, event, columns, wanted) => {
    await rule(market.people.west, event, columns);
    await urgent();
    expect((await notified()).some((line) => line.startsWith('west '))).toBe(wanted);
    expect((await notified()).some((line) => line.startsWith('viewer '))).toBe(true);
  });
});

describe('a view that tells', () => {
  const view = '6f2c2a52-0000-4000-8000-000000000001';
  const watch = (who: string, entity: string, conditions: object): Promise<unknown> =>
    rule(who, `view:${view}`, { filter: { entity, name: 'Mine', conditions } });
  const ofViews = async (): Promise<string[]> =>
    (await notified()).filter((line) => line.includes(' view:')).map((line) => line.replace(view, '…'));

  test('a record that enters it → told; that changes within it, or leaves → not', async () => {
    await watch(market.people.west, 'signal', { urgency: ['low', 'medium'], approval_status: ['approved'] });
    const id = await market.addSignal({ urgency: 'high' });
    expect(await ofViews()).toEqual([]);
    const told = async (columns: Record<string, string>): Promise<string[]> => {
      await market.sql`delete from notifications`;
      await market.sql`update signals set ${market.sql(columns)} where id = ${id}`;
      return ofViews();
    };
    expect(await told({ urgency: 'low' })).toEqual(['west view:…: Flooded underpasses']);
    expect(await told({ urgency: 'medium' })).toEqual([]);
    expect(await told({ title: 'Other words' })).toEqual([]);
    expect(await told({ approval_status: 'draft' })).toEqual([]);
    expect(await told({ approval_status: 'approved' })).toEqual(['west view:…: Other words']);
  });

  test('many that enter it → one notification with the name of the view', async () => {
    await watch(market.people.viewer, 'signal', { is_public: ['true'] });
    await market.sql`
      insert into signals (title, is_public, organization_id) select 'S' || n, n > 2, ${market.organization} from generate_series(1, 9) n`;
    expect(await ofViews()).toEqual(['viewer view:…: 7 records came into your view “Mine”']);
  });

  test('a record of a region that is not theirs → not told, until it comes to theirs', async () => {
    await watch(market.people.south, 'signal', {});
    await market.addSignal();
    expect(await ofViews()).toEqual([]);
    await market.sql`update organizations set region = 'south' where id = ${market.organization}`;
    expect(await ofViews()).toEqual(['south view:…: Flooded underpasses']);
    await market.sql`update organizations set region = 'west' where id = ${market.organization}`;
  });

  test('startups have no region: every member of staff may watch them, and nobody else', async () => {
    await watch(market.people.south, 'startup', { is_active: ['true'] });
    await watch(market.people.member, 'startup', {});
    await market.addStartup({ name: 'Tide' });
    expect(await ofViews()).toEqual(['south view:…: Tide']);
    await market.sql`delete from notifications`;
    await market.addStartup({ name: '' });
    expect(await ofViews()).toEqual(['south view:…: New here: startup']);
  });

  test('nonsense → nothing, and the change stands', async () => {
    await watch(market.people.west, 'nothing', {});
    await rule(market.people.viewer, `view:${crypto.randomUUID()}`, {
      filter: { entity: 'signal', conditions: 'x' },
    });
    await rule(market.people.owner, `view:${crypto.randomUUID()}`, {
      filter: { entity: 'signal', conditions: { nowhere: 7, title: { a: 1 } } },
    });
    await market.addSignal();
    expect(await ofViews()).toEqual([]);
    expect(await market.sql`select from live.failures`).toHaveLength(0);
  });

  test('the view is deleted → its rule goes', async () => {
    const [saved] = await market.sql<{ id: string }[]>`
      insert into saved_views (user_id, page, name, query) values (${market.people.west}, 'signals', 'Mine', '') returning id`;
    await rule(market.people.west, `view:${saved!.id}`);
    await market.sql`delete from saved_views where id = ${saved!.id}`;
    expect(
      await market.sql`select from notification_rules where user_id = ${market.people.west}`,
    ).toHaveLength(0);
  });
});

test('what goes wrong with notifications → is counted, and the change stands', async () => {
  await market.sql`alter table notifications add constraint broken check (title <> 'Critical signal: Broken')`;
  const id = await urgent({ title: 'Broken' });
  expect(await market.sql`select from signals where id = ${id}`).toHaveLength(1);
  const failures = await market.sql`delete from live.failures returning channel, error`;
  expect(failures).toMatchObject([
    { channel: 'notifications', error: expect.stringContaining('broken') as string },
  ]);
  await market.sql`alter table notifications drop constraint broken`;
});

test('they arrive on the person’s own channel, with the change that made them; nothing is left behind', async () => {
  await market.told();
  await urgent();
  const { owner, viewer, west } = market.people;
  expect((await market.told()).filter((line) => line.startsWith('user:'))).toEqual(
    [owner, viewer, west].map((id) => `user:${id} notification:created system`).sort(),
  );
  expect(await market.sql`select from live.touched`).toHaveLength(0);
  expect(await market.sql`select from live.trouble`).toHaveLength(0);
});

test('read 90 days ago, or a year old → forgotten', async () => {
  const add = (title: string, created: string, read: string | null): Promise<unknown> => market.sql`
    insert into notifications (user_id, kind, title, created_at, read_at)
    values (${market.people.west}, 'test', ${title}, now() - ${created}::interval, now() - ${read}::interval)`;
  await add('read long ago', '100 days', '91 days');
  await add('read lately', '100 days', '89 days');
  await add('not read', '300 days', null);
  await add('forgotten', '367 days', null);
  await market.sql`select live.forget_old_notifications()`;
  expect((await notified()).map((line) => line.split(': ').at(-1))).toEqual(['not read', 'read lately']);
});
