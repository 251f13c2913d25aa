import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actingAs, addPerson } from '../../supabase/tests/support/people.ts';
import { createTestMirror, type TestMirror } from './testing/test-mirror.ts';

let mirror: TestMirror;
let owner: string;
const people = new Map<string, string>();
beforeEach(async () => {
  mirror = await createTestMirror({ findUser: (token) => Promise.resolve(people.get(token)) });
  owner = await addPerson(mirror.sql, 'Olga', 'owner', []);
  people.set('owners.token', owner);
});
afterEach(async () => mirror[Symbol.asyncDispose]());

const create = (fields: Record<string, unknown>): string => mirror.simulator.base.create('Signals', fields);

/** As the owner's page asks. */
const ask = async <T>(call: string): Promise<T> => {
  const [row] = await actingAs(mirror.sql, owner, (sql) =>
    sql.unsafe<{ answer: T }[]>(`select ${call} as answer`),
  );
  return row!.answer;
};
interface Status {
  webhooks: { state: string; trouble: string | null; lag_ms: number | null }[];
  bases: { identical_at: string | null; reconcile: { state: string } | null }[];
  dead_letters: number;
  drift: number;
  alerts: { kind: string }[];
}
const status = () => ask<Status>('sync_status()');
const health = async (): Promise<{ code: number; status: string; reasons: unknown[] }> => {
  const response = await mirror.request('/health');
  return { code: response.status, ...((await response.json()) as { status: string; reasons: unknown[] }) };
};
const troubles = async (): Promise<string[]> =>
  (
    await mirror.sql<{ title: string; count: number }[]>`
      select title, count from notifications where user_id = ${owner} and kind = 'sync:trouble'`
  ).map(({ title, count }) => `${count}: ${title}`);

test.each([
  'sync_status()',
  'sync_lag(24)',
  'sync_runs(10)',
  'sync_report(gen_random_uuid())',
  'dead_letters()',
  'replay_dead_letters()',
  "ignore_dead_letters('{1}')",
  'sync_drift()',
])('%s → for owners alone', async (call) => {
  await ask(call);
  for (const role of ['admin', 'viewer'] as const) {
    const person = await addPerson(mirror.sql, role, role, ['west']);
    await expect(actingAs(mirror.sql, person, (sql) => sql.unsafe(`select ${call}`))).rejects.toThrow(
      'Only owners',
    );
  }
  await expect(actingAs(mirror.sql, null, (sql) => sql.unsafe(`select ${call}`))).rejects.toThrow(
    'permission denied',
  );
});

describe('the status', () => {
  test('of a mirror that is well → live, with the lag of what came', async () => {
    create({ Title: 'One' });
    await mirror.ping();
    await mirror.post('/reconcile');
    const { webhooks, bases, dead_letters, drift, alerts } = await status();
    expect(webhooks).toMatchObject([{ state: 'live', trouble: null, lag_ms: expect.any(Number) as number }]);
    expect(bases[0]!.identical_at).not.toBeNull();
    expect({ dead_letters, drift, alerts }).toEqual({ dead_letters: 0, drift: 0, alerts: [] });
    const lag =
      await ask<{ payloads: number; p50_ms: number | null; p95_ms: number | null }[]>('sync_lag(24)');
    expect(lag).toHaveLength(48);
    expect(lag.at(-1)).toMatchObject({ payloads: 1, p95_ms: expect.any(Number) as number });
    expect(lag[0]).toMatchObject({ payloads: 0, p50_ms: null });
  });

  test('that has changed → told on the channel ops; that has not → not told again', async () => {
    create({ Title: 'One' });
    await mirror.ping();
    const told = () => mirror.sql`
      select envelope -> 'records' -> 0 as status from live.changes
      where channel = 'ops' and envelope -> 'records' -> 0 ->> 'kind' = 'status' order by seq`;
    const before = await told();
    expect(before.at(-1)).toMatchObject({ status: { webhooks: [{ state: 'live' }], dead_letters: 0 } });
    await mirror.sql`update airtable.told set at = at - interval '1 minute'`;
    await mirror.post('/drain', { background: true });
    expect(await told()).toHaveLength(before.length);
  });
});

describe('trouble', () => {
  test('a webhook died and no new one can be made → told once, and once when it is over; health says so', async () => {
    create({ Title: 'One' });
    await mirror.ping();
    await mirror.sim(`webhooks/${await mirror.webhookId()}/kill`);
    await mirror.faults({ permissionLevel: 'edit' });
    await mirror.post('/drain');
    await mirror.post('/drain');
    expect((await status()).webhooks).toMatchObject([
      { state: 'dead', trouble: expect.stringContaining('403') as string },
    ]);
    expect(await health()).toMatchObject({
      code: 503,
      status: 'down',
      reasons: [{ kind: 'webhook', title: 'A webhook is dead' }],
    });
    const alerts = () => mirror.sql`select kind, over_at is null as open from airtable.alerts`;
    expect(await alerts()).toEqual([{ kind: 'webhook', open: true }]);

    await mirror.faults({ permissionLevel: 'create' });
    const mended = await mirror.request('/drain', {
      method: 'POST',
      headers: { authorization: 'Bearer owners.token' },
    });
    expect(mended.status).toBe(200);
    expect((await status()).webhooks).toMatchObject([{ state: 'live', trouble: null }]);
    expect(await health()).toMatchObject({ code: 200, status: 'up', reasons: [] });
    expect(await alerts()).toEqual([{ kind: 'webhook', open: false }]);
  });

  test.each(['by its log', 'by the look at it'])(
    'a webhook that died and was made anew within one drain, noticed %s → told once',
    async (how) => {
      create({ Title: 'One' });
      await mirror.ping();
      await mirror.sim(`webhooks/${await mirror.webhookId()}/${how === 'by its log' ? 'kill' : 'expire'}`);
      await (how === 'by its log' ? mirror.ping() : mirror.post('/drain'));
      await mirror.post('/drain');
      expect((await status()).webhooks).toMatchObject([{ state: 'live', trouble: null }]);
      expect(await troubles()).toEqual(['1: A webhook died and was made anew']);
      expect((await status()).alerts).toEqual([]);
    },
  );

  test('payloads come without pings → told, and over with the next ping', async () => {
    create({ Title: 'One' });
    await mirror.ping();
    await mirror.sql`update airtable.webhooks set created_at = now() - interval '1 hour', last_ping_at = now() - interval '10 minutes'`;
    create({ Title: 'Two' });
    await mirror.post('/drain');
    expect((await status()).webhooks).toMatchObject([{ state: 'silent' }]);
    expect(await health()).toMatchObject({ code: 200, status: 'slow' });
    expect(await troubles()).toEqual(['1: Airtable’s pings have stopped']);
    await mirror.post('/drain');
    expect(await troubles()).toEqual(['1: Airtable’s pings have stopped']);
    await mirror.ping();
    await mirror.post('/drain');
    expect((await status()).alerts).toEqual([]);
    expect(await troubles()).toEqual(['2: 2 problems with the sync']);
  });

  test('nobody drains, changes are late, the quota is used up → each is told by its name', async () => {
    create({ Title: 'One' });
    await mirror.ping();
    await mirror.sql`update airtable.webhooks set last_drained_at = now() - interval '6 minutes'`;
    await mirror.sql`insert into airtable.receipts (webhook_id, payload_number, payload_timestamp)
      select ${await mirror.webhookId()}, 100 + n, now() - interval '2 minutes' from generate_series(1, 5) as n`;
    await mirror.sql`insert into airtable.runs (kind, base_id, state, error, started_at)
      values ('drain', ${mirror.baseId}, 'failed', 'Airtable’s monthly quota of API calls is used up: …', now() + interval '1 second')`;
    await mirror.sql`select airtable.check_alerts()`;
    const kinds = (await status()).alerts.map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['drain', 'lag', 'quota']);
    expect((await health()).code).toBe(503);
  });
});

test.each([
  ['59 seconds', 'less than a minute'],
  ['119 seconds', 'a minute'],
  ['119 minutes', '119 minutes'],
  ['47 hours 59 minutes', '47 hours'],
  ['3 days', '3 days'],
])('trouble of %s → it lasted %s', async (length, words) => {
  const [row] = await mirror.sql`select airtable.duration_words(${length}::text::interval) as words`;
  expect(row?.words).toBe(words);
});

describe('a dead letter', () => {
  const letters = (state = 'open') =>
    ask<
      {
        id: number;
        record_id: string;
        reason: string;
        table_name: string;
        mapping: { column: string; field: string }[];
      }[]
    >(`dead_letters('${state}')`);
  const dryRun = async (letterId: number): Promise<Response> =>
    mirror.request('/dry-run', {
      method: 'POST',
      headers: { authorization: 'Bearer owners.token' },
      body: JSON.stringify({ letterId }),
    });

  test('is shown with its mapping; dry run says why not, then what; replayed, it is resolved', async () => {
    const id = create({ Title: 'One', 'Signal ID': 'x'.repeat(400) });
    await mirror.ping();
    await mirror.post('/backfill');
    const [letter] = await letters();
    expect(letter).toMatchObject({ record_id: id, table_name: 'signals' });
    expect(letter!.mapping).toContainEqual(
      expect.objectContaining({ column: 'signal_identifier', field: 'Signal ID' }),
    );
    type Cells = {
      record: string;
      refusal: string | null;
      cells: { column: string; value?: unknown; problem?: string }[];
    };
    const bad = (await (await dryRun(letter!.id)).json()) as Cells;
    expect(bad.cells.find(({ column }) => column === 'signal_identifier')!.problem).toContain('at most 300');

    mirror.simulator.base.update('Signals', id, { 'Signal ID': 'S-1' });
    const good = (await (await dryRun(letter!.id)).json()) as Cells;
    expect(good).toMatchObject({ record: 'there', refusal: null });
    expect(good.cells.find(({ column }) => column === 'signal_identifier')).toMatchObject({ value: 'S-1' });
    expect(await mirror.sql`select signal_identifier from signals`).toEqual([{ signal_identifier: null }]);

    expect(await ask<number>(`replay_dead_letters('{${letter!.id}}')`)).toBe(1);
    await mirror.post('/drain');
    expect(await letters()).toEqual([]);
    expect(await letters('resolved')).toHaveLength(1);
    expect(await mirror.sql`select signal_identifier from signals`).toEqual([{ signal_identifier: 'S-1' }]);
    expect((await dryRun(letter!.id)).status).toBe(404);
  });

  test('that is ignored → closed; the next bad cell opens another', async () => {
    const id = create({ 'Signal ID': 'x'.repeat(400) });
    await mirror.ping();
    const [letter] = await letters();
    expect(await ask<number>(`ignore_dead_letters('{${letter!.id}}')`)).toBe(1);
    expect(await letters()).toEqual([]);
    expect(await letters('ignored')).toHaveLength(1);
    mirror.simulator.base.update('Signals', id, { 'Signal ID': 'y'.repeat(400) });
    await mirror.ping();
    expect(await letters()).toHaveLength(1);
  });

  test('of a record that is gone → the dry run says so', async () => {
    const id = create({ 'Signal ID': 'x'.repeat(400) });
    await mirror.ping();
    const [letter] = await letters();
    const original = { ...mirror.options.records };
    mirror.options.records.readRecords = () => Promise.resolve([]);
    expect(await (await dryRun(letter!.id)).json()).toEqual({ record: 'gone', cells: [], refusal: null });
    mirror.options.records.readRecords = (...call) => original.readRecords(...call);
    expect(id).toBe(letter!.record_id);
  });
});

test('a field is renamed, one retyped, one deleted, a choice renamed → drift in words; the rest goes on', async () => {
  const id = create({ Title: 'One', Urgency: 'Low' });
  await mirror.ping();
  await mirror.post('/backfill');
  const edit = (settings: Record<string, unknown>) => mirror.sim('schema', { table: 'Signals', ...settings });
  await edit({ edit: 'rename field', field: 'Title', name: 'Headline' });
  await edit({ edit: 'destroy field', field: 'Pain points' });
  await edit({ edit: 'retype field', field: 'Desired improvement', type: 'number' });
  await edit({ edit: 'rename choice', field: 'Urgency', choice: 'Medium', name: 'Someday' });
  mirror.simulator.base.update('Signals', id, { Headline: 'Two' });
  await mirror.ping();
  const drift = await ask<Record<string, unknown>[]>('sync_drift()');
  expect(drift.map(({ kind, column_name }) => `${String(kind)} ${String(column_name)}`).sort()).toEqual([
    'choices urgency',
    'deleted pain_points',
    'renamed title',
    'retyped improvement',
  ]);
  expect(drift.find(({ kind }) => kind === 'choices')!.choices).toEqual(['Someday']);
  expect(drift.find(({ kind }) => kind === 'renamed')).toMatchObject({
    field: 'Headline',
    renamed_from: 'Title',
  });
  expect(await mirror.sql`select title, urgency from signals`).toEqual([{ title: 'Two', urgency: 'low' }]);
});

test('every log line of a ping names its request, from the ping to the commit', async () => {
  create({ Title: 'Streetlights on Elm', 'Signal ID': 'x'.repeat(400) });
  mirror.log.length = 0;
  const response = await mirror.ping();
  const request = response.headers.get('x-request-id');
  expect(request).toMatch(/^[0-9a-f-]{36}$/);
  const events = mirror.log.map(({ event }) => event);
  expect(events).toEqual(expect.arrayContaining(['pinged', 'page committed', 'drained after a ping']));
  for (const { facts } of mirror.log) expect(facts.request).toBe(request);
  const lines = JSON.stringify(mirror.log);
  expect(lines).not.toContain('Streetlights');
  expect(lines).not.toContain('xxxx');
});
