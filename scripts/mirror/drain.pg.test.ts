import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestMirror, SYNC_SECRET, type TestMirror } from './testing/test-mirror.ts';

let mirror: TestMirror;
const start = async (options: Parameters<typeof createTestMirror>[0] = {}): Promise<void> => {
  mirror = await createTestMirror(options);
};
beforeEach(() => start());
afterEach(async () => mirror[Symbol.asyncDispose]());

const titles = async (): Promise<(string | null)[]> =>
  (
    await mirror.sql<{ title: string | null }[]>`
      select title from signals where deleted_at is null order by title`
  ).map(({ title }) => title);
const runs = () => mirror.sql`select kind, state, error from airtable.runs order by started_at`;
const create = (title: string): string => mirror.simulator.base.create('Signals', { Title: title });

describe('records that the mirror does not know', () => {
  test('a change of one → the rest of it is read over REST', async () => {
    const id = mirror.simulator.base.create('Signals', {
      Title: 'A',
      'Pain points': 'Water',
      Urgency: 'High',
    });
    await mirror.sql`update airtable.webhooks set cursor = 2`;
    mirror.simulator.base.update('Signals', id, { Title: 'B' });
    await mirror.ping();
    expect(await mirror.sql`select title, pain_points, urgency from signals`).toEqual([
      { title: 'B', pain_points: 'Water', urgency: 'high' },
    ]);
    expect(await mirror.sql`select from airtable.rereads`).toHaveLength(0);
  });

  test('a burst of changes → 100 a request; of very many the table is scanned', async () => {
    const ids: string[] = [];
    mirror.simulator.base.transaction((edit) => {
      for (let n = 0; n < 1200; n++) ids.push(edit.create('Signals', { Title: 'A', 'Pain points': `${n}` }));
    });
    const skip = async (): Promise<void> => {
      await mirror.sql`update airtable.webhooks set cursor = 13`;
    };
    await skip();
    const original = { ...mirror.options.records };
    const requests: number[] = [];
    let pages = 0;
    mirror.options.records.readRecords = (base, table, fields, asked) => {
      requests.push(asked.length);
      return original.readRecords(base, table, fields, asked);
    };
    mirror.options.records.listRecords = (...request) => {
      pages += 1;
      return original.listRecords(...request);
    };
    mirror.simulator.base.bulkUpdate(
      'Signals',
      ids.slice(0, 250).map((id) => ({ id, fields: { Title: 'B' } })),
    );
    await mirror.ping();
    expect(requests).toEqual([100, 100, 50]);
    expect(pages).toBe(0);
    mirror.simulator.base.bulkUpdate(
      'Signals',
      ids.slice(250).map((id) => ({ id, fields: { Title: 'B' } })),
    );
    await mirror.ping();
    expect(requests).toHaveLength(3);
    expect(pages).toBe(12);
    const [row] =
      await mirror.sql`select count(*)::int as n from signals where title = 'B' and pain_points is not null`;
    expect(row).toEqual({ n: 1200 });
  });
});

test('cells of a field that another process finds retyped meanwhile → no dead letter stays', async () => {
  const { sql, options } = mirror;
  const load = options.store.loadBindings.bind(options.store);
  options.store.loadBindings = async (base) => {
    const bindings = await load(base);
    await sql`update airtable.field_bindings set drift = 'The field was text' where column_name = 'population'`;
    return bindings;
  };
  mirror.simulator.base.create('Organizations', { Name: 'A', Population: -5 });
  await mirror.ping();
  expect(await sql`select name from organizations`).toEqual([{ name: 'A' }]);
  expect(await sql`select reason from airtable.dead_letters where resolved_at is null`).toEqual([]);
});

test('Airtable’s clock goes backwards between two edits → the later edit stands', async () => {
  const id = create('A');
  await mirror.ping();
  await mirror.sql`update airtable.webhooks set last_payload_at = last_payload_at + interval '1 minute'`;
  await mirror.sql`update signals set airtable_edited_at = airtable_edited_at + interval '1 minute'`;
  mirror.simulator.base.update('Signals', id, { Title: 'B' });
  await mirror.ping();
  expect(await titles()).toEqual(['B']);
  mirror.simulator.base.destroy('Signals', id);
  await mirror.ping();
  expect(await titles()).toEqual([]);
});

describe('a log with holes', () => {
  test('payloads that Airtable has forgotten → a scan finds what they said', async () => {
    const id = create('A');
    await mirror.ping();
    mirror.simulator.base.update('Signals', id, { Title: 'B' });
    create('C');
    await mirror.sim(`webhooks/${await mirror.webhookId()}/trim`, { keep: 1 });
    await mirror.ping();
    expect(await titles()).toEqual(['B', 'C']);
    expect(await runs()).toContainEqual({ kind: 'backfill', state: 'succeeded', error: null });
  });

  test('all of them are forgotten → the look at the webhook finds it', async () => {
    create('A');
    await mirror.sim(`webhooks/${await mirror.webhookId()}/trim`, { keep: 0 });
    await mirror.ping();
    expect(await titles()).toEqual([]);
    await mirror.post('/drain');
    expect(await titles()).toEqual(['A']);
  });

  test('a cursor that is ahead of the log → goes back to it, and scans', async () => {
    create('A');
    const original = { ...mirror.options.airtable };
    mirror.options.airtable.listPayloads = (base, webhook, cursor) =>
      original.listPayloads(base, webhook, Math.min(cursor, 2));
    await mirror.sql`update airtable.webhooks set cursor = 900`;
    await mirror.ping();
    expect(await titles()).toEqual(['A']);
    expect(await mirror.sql`select cursor::int from airtable.webhooks`).toEqual([{ cursor: 2 }]);
  });

  test('a cursor that Airtable refuses → goes on from where Airtable is, and scans', async () => {
    create('A');
    await mirror.faults({ failNext: { count: 1, status: 422, path: '/payloads' } });
    await mirror.ping();
    expect(await titles()).toEqual(['A']);
    create('B');
    await mirror.ping();
    expect(await titles()).toEqual(['A', 'B']);
  });

  test('nobody has read the log for a week → a scan', async () => {
    create('A');
    await mirror.sql`update airtable.webhooks set cursor = 2, last_drained_at = now() - interval '8 days'`;
    await mirror.ping();
    expect(await titles()).toEqual(['A']);
  });
});

describe('webhooks that die', () => {
  test.each(['INVALID_HOOK', 'SOMETHING_NEW'])(
    'an error payload %s → a new webhook, and a scan',
    async (code) => {
      const old = await mirror.webhookId();
      create('A');
      await mirror.sim(`webhooks/${old}/kill`, { code });
      create('B');
      await mirror.ping();
      const webhooks = await mirror.sql`select id, cursor::int from airtable.webhooks`;
      expect(webhooks).toHaveLength(1);
      expect(webhooks[0]).not.toMatchObject({ id: old });
      expect(await titles()).toEqual(['A', 'B']);
      create('C');
      await mirror.ping();
      expect(await titles()).toEqual(['A', 'B', 'C']);
    },
  );

  test('one that Airtable does not know any more → a new one, and a scan', async () => {
    create('A');
    const { airtable } = mirror.options;
    await airtable.deleteWebhook(mirror.baseId, await mirror.webhookId());
    await mirror.post('/drain');
    expect(await titles()).toEqual(['A']);
    expect(await airtable.listWebhooks(mirror.baseId)).toMatchObject([{ id: await mirror.webhookId() }]);
  });

  test('one that expired → a new one; the base keeps no more than one of ours', async () => {
    await mirror.sim(`webhooks/${await mirror.webhookId()}/expire`);
    create('A');
    await mirror.post('/drain');
    expect(await titles()).toEqual(['A']);
    expect(await mirror.options.airtable.listWebhooks(mirror.baseId)).toHaveLength(1);
  });

  test('the answer to its making is lost → the next try cleans up and makes one', async () => {
    await mirror.sim(`webhooks/${await mirror.webhookId()}/kill`);
    const original = { ...mirror.options.airtable };
    mirror.options.airtable.createWebhook = async (...request) => {
      await original.createWebhook(...request);
      mirror.options.airtable.createWebhook = (...again) => original.createWebhook(...again);
      throw new Error('The connection broke');
    };
    await mirror.ping();
    create('A');
    await mirror.post('/drain');
    expect(await titles()).toEqual(['A']);
    expect(await mirror.options.airtable.listWebhooks(mirror.baseId)).toHaveLength(1);
  });

  test('pings that were switched off → on again', async () => {
    const id = await mirror.webhookId();
    await fetch(`${mirror.simulator.url}/v0/bases/${mirror.baseId}/webhooks/${id}/enableNotifications`, {
      method: 'POST',
      headers: { authorization: 'Bearer patMirrorTest.0000', 'content-type': 'application/json' },
      body: '{"enable":false}',
    });
    await mirror.post('/drain');
    expect(await mirror.options.airtable.listWebhooks(mirror.baseId)).toMatchObject([
      { id, areNotificationsEnabled: true },
    ]);
  });
});

describe('what Airtable answers besides', () => {
  test.each([
    ['503', { status: 503, count: 2 }],
    ['502', { status: 502, count: 3 }],
    ['429', { status: 429, count: 1 }],
  ])('%s for a moment → tried again', async (_, failNext) => {
    create('A');
    await mirror.faults({ failNext: { ...failNext, path: '/payloads' } });
    await mirror.ping();
    expect(await titles()).toEqual(['A']);
    expect(await runs()).toEqual([{ kind: 'drain', state: 'succeeded', error: null }]);
  });

  test('a pause that is longer than the time of the run → continued by another', async () => {
    await mirror[Symbol.asyncDispose]();
    await start({ pauseMs: 60_000, budgetMs: 2_000 });
    create('A');
    await mirror.faults({ failNext: { count: 1, status: 429, path: '/payloads' } });
    await mirror.ping();
    expect(await titles()).toEqual([]);
    expect(await runs()).toEqual([{ kind: 'drain', state: 'continued', error: null }]);
    expect(mirror.handOvers).toBe(1);
    await mirror.sql`update airtable.rate_limits set paused_until = null`;
    await mirror.post('/drain', { background: true });
    expect(await titles()).toEqual(['A']);
  });

  test('the monthly quota is used up → not tried again; the run says what it is', async () => {
    create('A');
    const body = { errors: [{ error: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED', message: 'x' }] };
    await mirror.faults({ failNext: { count: 1, status: 429, body, path: '/payloads' } });
    await mirror.ping();
    expect(await titles()).toEqual([]);
    expect(await runs()).toEqual([
      { kind: 'drain', state: 'failed', error: expect.stringContaining('monthly quota') as string },
    ]);
    await mirror.post('/drain');
    expect(await titles()).toEqual(['A']);
  });

  test('records are refused for the quota → told apart from a pause there too', async () => {
    await mirror.sql`delete from airtable.webhooks`;
    const body = { errors: [{ error: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED', message: 'x' }] };
    await mirror.faults({ failNext: { count: 2, status: 429, body, path: mirror.tableId('Signals') } });
    const recordIds = [create('A')];
    await mirror.post('/automation', {
      baseId: mirror.baseId,
      tableId: mirror.tableId('Signals'),
      recordIds,
    });
    expect(await runs()).toMatchObject([
      { state: 'failed', error: expect.stringContaining('monthly quota') as string },
    ]);
  });
});

describe('who drains', () => {
  test('the time is over → lets go, has another go on, and nothing is lost', async () => {
    await mirror[Symbol.asyncDispose]();
    await start({ budgetMs: 0 });
    create('A');
    await mirror.ping();
    expect(mirror.handOvers).toBe(1);
    expect(await mirror.sql`select lease_holder, last_drained_at from airtable.webhooks`).toEqual([
      { lease_holder: null, last_drained_at: null },
    ]);
    mirror.options.budgetMs = 10_000;
    expect(await runs()).toMatchObject([{ state: 'continued' }]);
  });

  test('the lease is held → the holder is told to look again', async () => {
    create('A');
    await mirror.sql`update airtable.webhooks set lease_holder = gen_random_uuid(), lease_expires_at = now() + interval '1 minute'`;
    await mirror.ping();
    expect(await titles()).toEqual([]);
    expect(await mirror.sql`select dirty from airtable.webhooks`).toEqual([{ dirty: true }]);
  });

  test('its holder died → taken over once it has expired, and the old run is closed', async () => {
    create('A');
    const id = await mirror.webhookId();
    await mirror.options.runs.startRun('drain', mirror.baseId, id);
    await mirror.sql`update airtable.webhooks set lease_holder = gen_random_uuid(), lease_expires_at = now() - interval '1 second'`;
    await mirror.ping();
    expect(await titles()).toEqual(['A']);
    expect(await runs()).toEqual([
      { kind: 'drain', state: 'failed', error: expect.stringContaining('ended before') as string },
      { kind: 'drain', state: 'succeeded', error: null },
    ]);
  });

  test('a page whose answer was lost → applied once', async () => {
    create('A');
    const original = { ...mirror.options.store };
    let lost = false;
    mirror.options.store.applyPage = async (...page) => {
      const counts = await original.applyPage(...page);
      if (lost) return counts;
      lost = true;
      // What a second try of the same statement meets.
      return original.applyPage(...page);
    };
    await mirror.ping();
    expect(await titles()).toEqual(['A']);
    expect(await runs()).toEqual([{ kind: 'drain', state: 'succeeded', error: null }]);
    expect(await mirror.sql`select payload_number::int from airtable.receipts`).toEqual([
      { payload_number: 1 },
    ]);
  });

  test('ten pings at once → every payload has one receipt', async () => {
    for (let n = 0; n < 120; n++) create(`T${n}`);
    await Promise.all(Array.from({ length: 10 }, () => mirror.ping()));
    const [receipts] = await mirror.sql`
      select count(*)::int as n, count(distinct payload_number)::int as different from airtable.receipts`;
    expect(receipts).toEqual({ n: 120, different: 120 });
    expect(await titles()).toHaveLength(120);
  });
});

describe('a base that changes', () => {
  test('a field is deleted → its column stays, also after a scan; the others go on', async () => {
    const id = mirror.simulator.base.create('Signals', { Title: 'A', 'Pain points': 'Water' });
    await mirror.ping();
    await mirror.sim('schema', { edit: 'destroy field', table: 'Signals', field: 'Pain points' });
    mirror.simulator.base.update('Signals', id, { Title: 'B' });
    await mirror.ping();
    await mirror.post('/backfill');
    expect(await mirror.sql`select title, pain_points from signals`).toEqual([
      { title: 'B', pain_points: 'Water' },
    ]);
    expect(
      await mirror.sql`select column_name, drift from airtable.field_bindings where drift is not null`,
    ).toEqual([{ column_name: 'pain_points', drift: 'The field was deleted' }]);
  });

  test('a field is deleted and nobody told us → a scan notices before it clears the column', async () => {
    mirror.simulator.base.create('Signals', { Title: 'A', 'Pain points': 'Water' });
    await mirror.ping();
    const original = { ...mirror.options.airtable };
    const before = await original.listFields(mirror.baseId);
    // The schema is looked at just before the field goes.
    mirror.options.airtable.listFields = () => {
      mirror.options.airtable.listFields = (base) => original.listFields(base);
      return Promise.resolve(before);
    };
    await mirror.sim('schema', { edit: 'destroy field', table: 'Signals', field: 'Pain points' });
    await mirror.sql`update airtable.webhooks set cursor = 3`;
    await mirror.post('/backfill');
    expect(await mirror.sql`select title, pain_points from signals`).toEqual([
      { title: 'A', pain_points: 'Water' },
    ]);
  });

  test('a field is retyped, and typed back → left alone meanwhile, and read again after', async () => {
    const id = mirror.simulator.base.create('Signals', { Title: 'A', 'Pain points': 'Water' });
    await mirror.post('/backfill');
    await mirror.sim('schema', {
      edit: 'retype field',
      table: 'Signals',
      field: 'Pain points',
      type: 'email',
    });
    mirror.simulator.base.update('Signals', id, { 'Pain points': 'a@b.test' });
    await mirror.ping();
    expect(await mirror.sql`select pain_points from signals`).toEqual([{ pain_points: 'Water' }]);
    await mirror.sim('schema', {
      edit: 'retype field',
      table: 'Signals',
      field: 'Pain points',
      type: 'multilineText',
    });
    mirror.simulator.base.update('Signals', id, { 'Pain points': 'Soil' });
    await mirror.ping();
    expect(await mirror.sql`select pain_points from signals`).toEqual([{ pain_points: 'Soil' }]);
    expect(await mirror.sql`select from airtable.field_bindings where drift is not null`).toHaveLength(0);
  });

  test('a field is renamed → nothing changes', async () => {
    await mirror.sim('schema', { edit: 'rename field', table: 'Signals', field: 'Title', name: 'Headline' });
    mirror.simulator.base.create('Signals', { Headline: 'A' });
    await mirror.ping();
    expect(await titles()).toEqual(['A']);
  });
});

test('no log line names a secret or a cell', async () => {
  const [webhook] = await mirror.sql<
    { mac_secret_base64: string }[]
  >`select mac_secret_base64 from airtable.webhooks`;
  create('a very private title');
  await mirror.faults({ failNext: { count: 9, status: 500 } });
  await mirror.ping();
  await mirror.post('/drain');
  await mirror.post('/backfill');
  const lines = JSON.stringify(mirror.log);
  expect(mirror.log.length).toBeGreaterThan(2);
  for (const secret of [
    webhook!.mac_secret_base64,
    'patMirrorTest.0000',
    SYNC_SECRET,
    'a very private title',
  ])
    expect(lines).not.toContain(secret);
});
