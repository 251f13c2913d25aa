import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actingAs, addPerson } from '../../supabase/tests/support/people.ts';
import { describeStatus, readStatus } from '../airtable/read-status.ts';
import { createTestMirror, type TestMirror } from './testing/test-mirror.ts';

const TABLE = 'Live canary';

let mirror: TestMirror;
let owner: string;
const start = async (options: Parameters<typeof createTestMirror>[0] = {}): Promise<void> => {
  mirror = await createTestMirror(options);
  owner = await addPerson(mirror.sql, 'Olga', 'owner', []);
};
beforeEach(() => start());
afterEach(() => mirror[Symbol.asyncDispose]());

interface Canary {
  is_on: boolean;
  under_way: boolean;
  proven_at: string | null;
  round_trip_ms: number | null;
  failing_since: string | null;
  error: string | null;
  rounds: { round_trip_ms: number | null; error: string | null }[];
}

const as = async <T>(person: string | null, call: string): Promise<T> => {
  const [row] = await actingAs(mirror.sql, person, (sql) =>
    sql.unsafe<{ answer: T }[]>(`select ${call} as answer`),
  );
  return row!.answer;
};
const switchOn = (minutes = 5) => as(owner, `set_canary('${mirror.baseId}', true, ${minutes})`);
const switchOff = () => as(owner, `set_canary('${mirror.baseId}', false, 5)`);
const canary = async (): Promise<Canary> => (await as<Canary[]>(owner, 'sync_canaries()'))[0]!;
/** The next round is due. */
const wait = () => mirror.sql`update airtable.canaries set next_at = now() - interval '1 hour'`;
/** It was sent three minutes ago. */
const beLate = () => mirror.sql`update airtable.canaries set sent_at = sent_at - interval '3 minutes'`;
const records = () => mirror.simulator.base.records(TABLE);
const cells = () => records().map(({ cells }) => Object.values(cells)[0]);
/** How often Airtable was called. */
const calls = async (): Promise<number> =>
  (await mirror.sql<[{ n: number }]>`select cardinality(turns) as n from airtable.rate_limits`)[0].n;
const told = async () =>
  (
    await mirror.sql<{ proof: Record<string, unknown> }[]>`
      select envelope -> 'records' -> 0 as proof from live.changes
      where channel = 'network' and envelope ->> 'event' = 'airtable:canary:changed' order by seq`
  ).map(({ proof }) => proof);

describe('a round', () => {
  test('is written when due, and proven by its payload → told to staff, with how long it took', async () => {
    await switchOn();
    await mirror.post('/push');
    expect(await canary()).toMatchObject({ is_on: true, under_way: true, proven_at: null });
    expect(cells()).toEqual([expect.stringMatching(/^20\d\d-.* UTC · [0-9a-f-]{36}$/)]);
    await mirror.ping();
    const after = await canary();
    expect(after).toMatchObject({ under_way: false, error: null, failing_since: null });
    expect(after.rounds).toEqual([
      expect.objectContaining({ round_trip_ms: after.round_trip_ms, error: null }),
    ]);
    expect(Date.parse(after.proven_at!)).toBeGreaterThan(Date.now() - 60_000);
    const { lines } = describeStatus(await readStatus(mirror.sql), new Date());
    expect(lines.join('\n')).toMatch(/canary of app\w+: proven \d+ s ago, back after \d+ ms/);
    expect(await told()).toMatchObject([
      { on: true, every_minutes: 5, proven_at: null },
      { on: true, proven_at: after.proven_at, round_trip_ms: after.round_trip_ms, failing_since: null },
    ]);
  });

  test('is one write and one read of the log; the next one changes the same record', async () => {
    await switchOn();
    await mirror.post('/push');
    await mirror.ping();
    const [first] = cells();
    await mirror.post('/push');
    expect(cells()).toEqual([first]);
    await wait();
    const before = await calls();
    await mirror.post('/push');
    await mirror.ping();
    expect((await calls()) - before).toBe(2);
    expect(records()).toHaveLength(1);
    expect(cells()[0]).not.toBe(first);
    expect((await canary()).rounds).toHaveLength(2);
    // Nobody looks for them among the changes that people made.
    expect(await as<unknown[]>(owner, 'sync_runs(20)')).toEqual([]);
  });

  test('is flown by one of several functions that find it due', async () => {
    await switchOn();
    await Promise.all(Array.from({ length: 6 }, () => mirror.post('/push')));
    await mirror.ping();
    expect((await canary()).rounds).toHaveLength(1);
    expect(records()).toHaveLength(1);
    expect(mirror.log.filter(({ event }) => event === 'a canary flew')).toHaveLength(1);
  });

  test('is noted in the transaction of its page → a page that is refused proves nothing', async () => {
    await switchOn();
    await mirror.post('/push');
    await mirror.sql.unsafe(
      `create function public.refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end';
       create trigger refuse after insert on airtable.canary_rounds for each row execute function public.refuse()`,
    );
    await mirror.ping();
    expect(await mirror.sql`select cursor::int from airtable.webhooks`).toEqual([{ cursor: 1 }]);
    expect(await canary()).toMatchObject({ under_way: true, proven_at: null, rounds: [] });
    await mirror.sql`drop trigger refuse on airtable.canary_rounds`;
    await mirror.ping();
    expect((await canary()).proven_at).not.toBeNull();
  });
});

describe('what is no proof', () => {
  test('an edit of the cell by hand, an older value, the value in another record → still awaited', async () => {
    await switchOn();
    await mirror.post('/push');
    await mirror.ping();
    const [old] = cells();
    await wait();
    await mirror.post('/push');
    const webhook = await mirror.webhookId();
    const [mine] = records();
    const fresh = cells()[0];
    // What the log has of it is thrown away: only what follows is read.
    const [{ cursor }] = await mirror.sql<[{ cursor: number }]>`
      update airtable.webhooks set cursor = cursor + 1 where id = ${webhook} returning cursor::int`;
    expect(cursor).toBeGreaterThan(2);
    mirror.simulator.base.update(TABLE, mine!.id, { Proof: 'by hand' });
    mirror.simulator.base.update(TABLE, mine!.id, { Proof: old });
    mirror.simulator.base.create(TABLE, { Proof: fresh });
    mirror.simulator.base.create('Signals', { Title: fresh });
    await mirror.ping();
    expect(await canary()).toMatchObject({ under_way: true });
    expect((await canary()).rounds).toHaveLength(1);
    mirror.simulator.base.update(TABLE, mine!.id, { Proof: fresh });
    await mirror.ping();
    expect((await canary()).rounds).toHaveLength(2);
  });

  test('two minutes without it → not proven, with the reason, told, and tried again; late, it is a proof after all', async () => {
    await switchOn(1);
    await mirror.post('/push');
    await beLate();
    await mirror.sql`select airtable.watch_canaries(), airtable.check_alerts()`;
    expect(await canary()).toMatchObject({
      under_way: false,
      error: expect.stringContaining('did not come back within 2 minutes') as string,
    });
    const [alert] = await mirror.sql`select kind, body, over_at from airtable.alerts`;
    expect(alert).toMatchObject({ kind: 'canary', over_at: null });
    expect((await told()).at(-1)).toMatchObject({ on: true, proven_at: null, error: (await canary()).error });
    expect(await health()).toMatchObject({ status: 'slow', reasons: [{ kind: 'canary' }] });
    expect(await troubles()).toEqual([expect.stringContaining('is not proven')]);
    await mirror.ping();
    expect(await canary()).toMatchObject({ error: null, round_trip_ms: expect.any(Number) as number });
    expect((await canary()).round_trip_ms).toBeGreaterThan(180_000);
    expect(await mirror.sql`select over_at is not null as over from airtable.alerts`).toEqual([
      { over: true },
    ]);
    expect(await troubles()).toEqual(['2 problems with the sync']);
    expect(await health()).toMatchObject({ status: 'up' });
  });

  test('nobody calls the function any more → owners are told by the database alone', async () => {
    await switchOn();
    await wait();
    await mirror.sql`select airtable.check_alerts()`;
    expect(await mirror.sql`select kind, body from airtable.alerts`).toEqual([
      { kind: 'canary', body: expect.stringContaining('does cron call /drain?') as string },
    ]);
  });
});

const health = async (): Promise<unknown> => (await mirror.request('/health')).json();
const troubles = async (): Promise<string[]> =>
  (
    await mirror.sql<{ title: string }[]>`
      select title from notifications where user_id = ${owner} and kind = 'sync:trouble'`
  ).map(({ title }) => title);

describe('the base', () => {
  test('has no such table → in plain words; the table is made, it is tried again → proven', async () => {
    await mirror.sim('schema', { edit: 'destroy table', table: TABLE });
    await switchOn();
    await mirror.post('/push');
    expect((await canary()).error).toMatch(/no table “Live canary”\. Add one .* npm run airtable:connect/);
    expect(await as(owner, `fly_canary('${mirror.baseId}')`)).toBe(true);
    await mirror.sim('schema', { edit: 'create table', name: TABLE });
    await mirror.post('/push');
    expect((await canary()).error).toContain('no field “Proof”');
    await mirror.sim('schema', { edit: 'create field', table: TABLE, name: 'Proof', type: 'number' });
    await as(owner, `fly_canary('${mirror.baseId}')`);
    await mirror.post('/push');
    expect((await canary()).error).toContain('is of type number');
    // Of what changed since, the log tells: it is tried again by itself.
    const type = 'singleLineText';
    await mirror.sim('schema', { edit: 'retype field', table: TABLE, field: 'Proof', type });
    await mirror.ping();
    await mirror.post('/push');
    await mirror.ping();
    expect(await canary()).toMatchObject({ error: null, proven_at: expect.any(String) as string });
  });

  test('loses the record, then the table → another record is made; then the owner is told', async () => {
    await switchOn();
    await mirror.post('/push');
    await mirror.ping();
    mirror.simulator.base.destroy(TABLE, records()[0]!.id);
    await wait();
    await mirror.post('/push');
    await mirror.ping();
    expect(records()).toHaveLength(1);
    expect(await canary()).toMatchObject({ error: null, under_way: false });
    await mirror.sim('schema', { edit: 'destroy table', table: TABLE });
    await mirror.ping();
    await mirror.post('/push');
    expect((await canary()).error).toContain('no table “Live canary”');
  });

  test('has the table and the field under other names now → followed by their ids', async () => {
    await mirror.sim('schema', { edit: 'rename field', table: TABLE, field: 'Proof', name: 'Beweis' });
    await mirror.sim('schema', { edit: 'rename table', table: TABLE, name: 'Vogel' });
    await switchOn();
    await mirror.post('/push');
    await mirror.ping();
    expect((await canary()).proven_at).not.toBeNull();
  });

  test('has records in the table that nobody here knows → the first is used, none is made', async () => {
    mirror.simulator.base.create(TABLE, { Proof: 'an old one' });
    await switchOn();
    await mirror.post('/push');
    expect(cells()).toEqual([expect.stringContaining(' UTC · ')]);
  });
});

describe('Airtable', () => {
  test('loses every answer → the payload proves it all the same', async () => {
    await switchOn();
    await mirror.post('/push');
    await mirror.ping();
    await wait();
    await mirror.faults({ failNext: { count: 3, path: mirror.tableId(TABLE), how: 'lose answer' } });
    await mirror.post('/push');
    expect((await canary()).failing_since).not.toBeNull();
    await mirror.ping();
    expect(await canary()).toMatchObject({ failing_since: null, error: null });
    expect((await canary()).rounds[0]).toMatchObject({ error: null });
    expect(records()).toHaveLength(1);
  });

  test('is overloaded for a moment → written all the same, and nobody is troubled', async () => {
    await switchOn();
    await mirror.post('/push');
    await mirror.ping();
    await wait();
    await mirror.faults({ failNext: { count: 2, path: mirror.tableId(TABLE), status: 503 } });
    await mirror.post('/push');
    await mirror.ping();
    expect((await canary()).rounds.map(({ error }) => error)).toEqual([null, null]);
  });

  test('has no calls left this month → said, and not asked again for an hour', async () => {
    const body = { errors: [{ error: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED', message: 'x' }] };
    await mirror.faults({ failNext: { count: 10, status: 429, body } });
    await switchOn();
    await mirror.post('/push');
    expect((await canary()).error).toContain('monthly quota');
    const [row] =
      await mirror.sql`select next_at > now() + interval '59 minutes' as late from airtable.canaries`;
    expect(row).toEqual({ late: true });
  });

  test('wants a pause → nothing failed, tried when it is over', async () => {
    await mirror[Symbol.asyncDispose]();
    await start({ pauseMs: 60_000 });
    await switchOn();
    await mirror.sql`select airtable.pause_calls(${mirror.baseId}, 20000)`;
    await mirror.post('/push');
    expect(await canary()).toMatchObject({ error: null, under_way: false, rounds: [] });
    const [row] =
      await mirror.sql`select next_at > now() + interval '15 seconds' as late from airtable.canaries`;
    expect(row).toEqual({ late: true });
  });

  test('refuses → drains and pushes go on as ever', async () => {
    await switchOn();
    await mirror.faults({ scopes: ['schema.bases:read', 'data.records:read', 'webhook:manage'] });
    mirror.simulator.base.create('Signals', { Title: 'One' });
    const drained = (await (await mirror.post('/drain')).json()) as { webhooks: Record<string, unknown> };
    expect(drained.webhooks[await mirror.webhookId()]).toMatchObject({ state: 'drained', payloads: 1 });
    expect((await canary()).error).toContain('data.records:write');
    expect((await mirror.sql`select from signals where title = 'One'`).length).toBe(1);
    expect(await mirror.sql`select from airtable.runs where state = 'failed'`).toHaveLength(0);
  });
});

describe('people', () => {
  test('switching off → off for all who hear, nothing is sent, and what comes back late changes nothing', async () => {
    await switchOn();
    await mirror.post('/push');
    await switchOff();
    await mirror.ping();
    await wait();
    await mirror.post('/push');
    expect(await canary()).toMatchObject({ is_on: false, proven_at: null, rounds: [] });
    expect((await told()).at(-1)).toMatchObject({ on: false });
    expect(cells()).toHaveLength(1);
    expect(await as(owner, `fly_canary('${mirror.baseId}')`)).toBe(false);
  });

  test('owners alone may switch and see why; all staff, and nobody else, may know when it was proven', async () => {
    await switchOn();
    const admin = await addPerson(mirror.sql, 'Will', 'admin', ['west']);
    const viewer = await addPerson(mirror.sql, 'Vera', 'viewer', ['west']);
    const stranger = await addPerson(mirror.sql, 'Stan');
    const member = await addPerson(mirror.sql, 'Mia');
    const [startup] = await mirror.sql`insert into startups (name) values ('Acme') returning id`;
    await mirror.sql`insert into startup_members (user_id, startup_id) values (${member}, ${startup!.id as string})`;

    for (const person of [admin, viewer, stranger, member]) {
      for (const call of [
        `set_canary('${mirror.baseId}', false, 5)`,
        `fly_canary('${mirror.baseId}')`,
        'sync_canaries()',
      ])
        await expect(as(person, call)).rejects.toThrow('Only owners');
      const channels = await actingAs(mirror.sql, person, (sql) => sql`select name from my_channels()`);
      const hears = channels.some(({ name }) => name === 'network');
      const sees = (await as(person, 'live_proof()')) !== null;
      expect(sees).toBe(hears);
      expect(sees).toBe(person === admin || person === viewer);
    }
    for (const call of ['live_proof()', 'sync_canaries()', `fly_canary('${mirror.baseId}')`])
      await expect(as(null, call)).rejects.toThrow('permission denied');
    await expect(as(owner, `set_canary('appNobody', true, 5)`)).rejects.toThrow('No such base');
    await expect(as(owner, `set_canary('${mirror.baseId}', true, 2)`)).rejects.toThrow('1, 5 or 15');
    expect(Object.keys((await as<object>(admin, 'live_proof()')) ?? {}).join()).not.toMatch(
      /base|table|record/,
    );
  });
});
