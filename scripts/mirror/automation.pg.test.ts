import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestMirror, SYNC_SECRET, type TestMirror } from './testing/test-mirror.ts';

let mirror: TestMirror;
beforeEach(async () => {
  mirror = await createTestMirror();
});
afterEach(async () => mirror[Symbol.asyncDispose]());

const post = (recordIds: string[], tableName = 'Signals'): Promise<Response> =>
  mirror.post('/automation', { baseId: mirror.baseId, tableId: mirror.tableId(tableName), recordIds });
const signals = () => mirror.sql`
  select airtable_id, title, urgency, deleted_at is null as alive from signals where airtable_edited_at is not null`;
/** The base without its log, as where webhooks are not allowed. */
const withoutWebhook = () => mirror.sql`delete from airtable.webhooks`;

test('a record that an automation names → read over REST and applied, with that source, and a run', async () => {
  await withoutWebhook();
  const id = mirror.simulator.base.create('Signals', { Title: 'Flooded underpass', Urgency: 'High' });
  const response = await post([id]);
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ accepted: 1 });
  expect(await signals()).toEqual([
    { airtable_id: id, title: 'Flooded underpass', urgency: 'high', alive: true },
  ]);
  expect(await mirror.sql`select distinct source from activity`).toEqual([{ source: 'automation' }]);
  expect(await mirror.sql`select kind, state from airtable.runs`).toEqual([
    { kind: 'automation', state: 'succeeded' },
  ]);
  expect(await mirror.sql`select from airtable.rereads`).toHaveLength(0);
});

test('beside a webhook → the log is drained first, and each change is told once', async () => {
  const id = mirror.simulator.base.create('Signals', { Title: 'A' });
  await mirror.ping();
  mirror.simulator.base.update('Signals', id, { Title: 'B' });
  await post([id]);
  expect(await signals()).toMatchObject([{ title: 'B' }]);
  const [times] = await mirror.sql`
    select count(*)::int as n from live.changes where channel = 'region:unassigned' and envelope ->> 'event' = 'signal:updated'`;
  expect(times).toEqual({ n: 1 });
});

test('a record that is gone → a tombstone, when the log has not named it lately', async () => {
  await withoutWebhook();
  const id = mirror.simulator.base.create('Signals', { Title: 'A' });
  await post([id]);
  mirror.simulator.base.destroy('Signals', id);
  await post([id]);
  expect(await signals()).toMatchObject([{ airtable_id: id, alive: false }]);
  mirror.simulator.base.restore('Signals', id);
  await post([id]);
  expect(await signals()).toMatchObject([{ airtable_id: id, alive: true }]);
});

test('a record that the log has just made and REST does not show yet → stays, and is asked for again', async () => {
  const id = mirror.simulator.base.create('Signals', { Title: 'A' });
  await mirror.ping();
  mirror.options.records.readRecords = () => Promise.resolve([]);
  await post([id]);
  expect(await signals()).toMatchObject([{ alive: true }]);
  expect(await mirror.sql`select record_id, attempts from airtable.rereads`).toEqual([
    { record_id: id, attempts: 1 },
  ]);
});

test('a record that nobody has ever seen and that is not there → nothing', async () => {
  await withoutWebhook();
  await post(['recNeverWas0000001']);
  expect(await signals()).toEqual([]);
  expect(await mirror.sql`select from airtable.rereads`).toHaveLength(0);
});

test('Airtable fails for good → 202 all the same, and the next drain reads what was accepted', async () => {
  const id = mirror.simulator.base.create('Signals', { Title: 'A' });
  await mirror.sql`update airtable.webhooks set cursor = 2`;
  await mirror.faults({ failNext: { count: 4, status: 503, path: mirror.tableId('Signals') } });
  expect((await post([id])).status).toBe(202);
  expect(await signals()).toEqual([]);
  expect(await mirror.sql`select state, error from airtable.runs where kind = 'automation'`).toEqual([
    { state: 'failed', error: expect.stringContaining('temporarily unavailable') as string },
  ]);
  await mirror.post('/drain');
  expect(await signals()).toMatchObject([{ title: 'A' }]);
});

test.each([
  ['another base', { baseId: 'appOther' }, 'UNKNOWN_BASE'],
  ['a table that fills nothing', { tableId: 'tblOther' }, 'UNKNOWN_TABLE'],
  ['no records', { recordIds: [] }, 'MALFORMED_BODY'],
  ['something that is no record', { recordIds: ['usrA'] }, 'MALFORMED_BODY'],
  ['too many', { recordIds: Array.from({ length: 1001 }, (_, i) => `rec${i}`) }, 'MALFORMED_BODY'],
])('%s → 400 with the reason, nothing written', async (_, wrong, code) => {
  const body = { baseId: mirror.baseId, tableId: mirror.tableId('Signals'), recordIds: ['recA'], ...wrong };
  const response = await mirror.post('/automation', body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code } });
  expect(await mirror.sql`select from airtable.rereads`).toHaveLength(0);
});

test('without the secret → 401, nothing written', async () => {
  const response = await mirror.request('/automation', {
    method: 'POST',
    headers: { 'x-sync-secret': `${SYNC_SECRET}x` },
    body: '{}',
  });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: { code: 'SECRET_MISMATCH' } });
});
