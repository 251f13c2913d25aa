import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import { openPingReceiver, type PingReceiver } from './testing/ping-receiver.ts';
import {
  API_KEY,
  BASE_ID,
  EVERYTHING,
  call,
  createWebhook,
  readPayloads,
  webhooksPath,
} from './testing/simulator-client.ts';
import { VirtualClock } from './virtual-clock.ts';

let clock: VirtualClock;
let simulator: AirtableSimulator;
let receiver: PingReceiver;

beforeEach(async () => {
  clock = new VirtualClock();
  receiver = await openPingReceiver();
  simulator = await createAirtableSimulator({
    port: 0,
    apiKey: API_KEY,
    baseId: BASE_ID,
    clock,
    rateLimit: false,
  });
});
afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const setFaults = (faults: unknown) => call(simulator, 'POST', '/_sim/faults', faults);
const edit = (title: string) =>
  simulator.base.update('Signals', simulator.base.records('Signals')[0]?.id ?? '', { Title: title });
const path = `/v0/${BASE_ID}/Signals`;

describe('API calls', () => {
  test('the next two fail with the status, the third works', async () => {
    await setFaults({ failNext: { count: 2, status: 503, retryAfter: 7 } });
    const response = await fetch(`${simulator.url}${path}`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await call(simulator, 'GET', path)).status).toBe(503);
    expect((await call(simulator, 'GET', path)).status).toBe(200);
  });

  test('only calls to a path, with a body of choice', async () => {
    const body = { error: { type: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED', message: 'Quota' } };
    await setFaults({ failNext: { count: 1, status: 429, path: '/webhooks', body } });
    expect((await call(simulator, 'GET', path)).status).toBe(200);
    expect(await call(simulator, 'GET', webhooksPath())).toMatchObject({ status: 429, json: body });
  });

  test('a scan whose iterator expired → 422, and starts anew', async () => {
    const { offset } = (await call(simulator, 'GET', `${path}?pageSize=10`)).json as { offset: string };
    await call(simulator, 'POST', '/_sim/iterators/expire', {});
    const answer = await call(simulator, 'GET', `${path}?pageSize=10&offset=${encodeURIComponent(offset)}`);
    expect(answer).toMatchObject({ status: 422, json: { error: 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE' } });
    expect((await call(simulator, 'GET', `${path}?pageSize=10`)).status).toBe(200);
  });
});

describe('pings', () => {
  test('dropped: the payload is there, the ping never came', async () => {
    const { id } = await createWebhook(simulator, receiver.url);
    await setFaults({ pings: { drop: 1 } });
    edit('Dropped');
    edit('Heard');
    await receiver.received(1);
    expect((await readPayloads(simulator, id)).payloads).toHaveLength(2);
    expect(receiver.pings).toHaveLength(1);
  });

  test('delayed by the clock', async () => {
    await createWebhook(simulator, receiver.url);
    await setFaults({ pings: { delayMs: 60_000 } });
    edit('Late');
    clock.advance(59_999);
    expect(receiver.pings).toHaveLength(0);
    clock.advance(1);
    await receiver.received(1);
  });

  test('repeated', async () => {
    await createWebhook(simulator, receiver.url);
    await setFaults({ pings: { repeat: 2 } });
    edit('Thrice');
    await receiver.received(3);
  });

  test('reordered: the first arrives after the second', async () => {
    await createWebhook(simulator, receiver.url);
    await setFaults({ pings: { reorder: true } });
    edit('First');
    clock.advance(1000);
    edit('Second');
    await receiver.received(2);
    const times = receiver.pings.map((ping) => (JSON.parse(ping.body) as { timestamp: string }).timestamp);
    expect([...times].sort().reverse()).toEqual(times);
  });

  test('reset ends them all', async () => {
    await createWebhook(simulator, receiver.url);
    await setFaults({ pings: { drop: 100 }, failNext: { count: 9, status: 500 } });
    await call(simulator, 'DELETE', '/_sim/faults');
    edit('Heard');
    await receiver.received(1);
    expect((await call(simulator, 'GET', path)).status).toBe(200);
  });
});

describe('the schema changes', () => {
  const change = (body: object) => call(simulator, 'POST', '/_sim/schema', body);
  const tableId = () => simulator.base.table('Signals').id;
  const lastCells = async (webhookId: string, recordId: string) =>
    (await readPayloads(simulator, webhookId)).payloads
      .map((payload) => payload.changedTablesById?.[tableId()]?.changedRecordsById?.[recordId])
      .findLast((record) => record !== undefined)?.current.cellValuesByFieldId;
  const fieldId = (name: string) =>
    simulator.base.table('Signals').fields.find((field) => field.name === name)?.id ?? '';

  test('renaming: the id stays, the payload names old and new', async () => {
    const { id } = await createWebhook(simulator, undefined, {
      options: { ...EVERYTHING.options, includes: { includePreviousFieldDefinitions: true } },
    });
    const field = fieldId('Urgency');
    await change({ edit: 'rename field', table: 'Signals', field: 'Urgency', name: 'How soon' });
    expect(fieldId('How soon')).toBe(field);
    const [payload] = (await readPayloads(simulator, id)).payloads;
    expect(payload?.changedTablesById?.[tableId()]?.changedFieldsById).toEqual({
      [field]: { current: { name: 'How soon' }, previous: { name: 'Urgency' } },
    });
  });

  test('deleting: cells go with it, and a hook that watched it is dead', async () => {
    const field = fieldId('Urgency');
    const all = await createWebhook(simulator);
    const watching = await createWebhook(simulator, undefined, {
      options: { filters: { dataTypes: ['tableData'], watchDataInFieldIds: [field] } },
    });
    await change({ edit: 'destroy field', table: 'Signals', field: 'Urgency' });
    expect(simulator.base.records('Signals').some((record) => field in record.cells)).toBe(false);
    const seen = (await readPayloads(simulator, all.id)).payloads;
    expect(seen[0]?.changedTablesById?.[tableId()]?.destroyedFieldIds).toEqual([field]);
    expect(seen.every((payload) => payload.error === undefined)).toBe(true);
    edit('Unheard by the dead hook');
    expect((await readPayloads(simulator, watching.id)).payloads).toEqual([
      expect.objectContaining({ error: true, code: 'INVALID_FILTERS' }),
    ]);
  });

  test('a renamed choice: its cells show the new name, its id stays', async () => {
    const { id } = await createWebhook(simulator);
    const choiceOf = (name: string) =>
      simulator.base
        .table('Signals')
        .fields.find((field) => field.name === 'Urgency')
        ?.choices?.find((choice) => choice.name === name);
    const high = choiceOf('High');
    const [first] = simulator.base.records('Signals');
    simulator.base.update('Signals', first?.id ?? '', { Urgency: 'High' });
    const renaming = { edit: 'rename choice', table: 'Signals', field: 'Urgency', choice: 'High' };
    expect((await change({ ...renaming, name: 'Medium' })).status).toBe(422);
    await change({ ...renaming, name: 'Urgent' });
    expect(simulator.base.cell('Signals', first?.id ?? '', 'Urgency')).toBe('Urgent');
    expect(choiceOf('Urgent')?.id).toBe(high?.id);
    expect(await lastCells(id, first?.id ?? '')).toEqual({
      [fieldId('Urgency')]: { ...high, name: 'Urgent' },
    });
  });

  test('a deleted choice: its cells are empty', async () => {
    const { id } = await createWebhook(simulator);
    const [first] = simulator.base.records('Signals');
    simulator.base.update('Signals', first?.id ?? '', { Urgency: 'High' });
    await change({ edit: 'destroy choice', table: 'Signals', field: 'Urgency', choice: 'High' });
    expect(simulator.base.cell('Signals', first?.id ?? '', 'Urgency')).toBeUndefined();
    expect(await lastCells(id, first?.id ?? '')).toEqual({ [fieldId('Urgency')]: null });
    expect(() => simulator.base.update('Signals', first?.id ?? '', { Urgency: 'High' })).toThrow();
  });

  test('retyping, adding, and whole tables', async () => {
    const { id } = await createWebhook(simulator);
    await change({ edit: 'retype field', table: 'Startups', field: 'Website', type: 'number' });
    await change({ edit: 'create field', table: 'Startups', name: 'Founded', type: 'number' });
    await change({ edit: 'rename table', table: 'Startups', name: 'Companies' });
    await change({ edit: 'create table', name: 'Scratch' });
    await change({ edit: 'destroy table', table: 'Interactions' });
    const { payloads } = await readPayloads(simulator, id);
    const startups = simulator.base.table('Companies').id;
    const kinds = payloads.flatMap((payload) => [
      ...Object.keys(payload.changedTablesById?.[startups] ?? {}),
      ...Object.keys(payload).filter((key) => key.endsWith('TablesById') || key === 'destroyedTableIds'),
    ]);
    expect(new Set(kinds)).toEqual(
      new Set([
        'changedTablesById',
        'changedFieldsById',
        'changedRecordsById',
        'createdFieldsById',
        'destroyedFieldIds',
        'changedMetadata',
        'createdTablesById',
        'destroyedTableIds',
      ]),
    );
    const names = simulator.base.table('Contacts').fields.map((field) => field.name);
    expect(names).not.toContain('Interactions');
    expect((await call(simulator, 'GET', `/v0/${BASE_ID}/Interactions`)).status).toBe(403);
  });
});

describe('the payload log', () => {
  test('trimmed: the first number given is beyond the cursor asked for', async () => {
    const { id } = await createWebhook(simulator);
    for (const title of ['One', 'Two', 'Three']) edit(title);
    await call(simulator, 'POST', `/_sim/webhooks/${id}/trim`, { keep: 1 });
    const page = await readPayloads(simulator, id, '?cursor=1');
    expect(page.payloads).toHaveLength(1);
    expect(page.cursor - page.payloads.length).toBe(3);
  });

  test('read by nobody for a week → gone', async () => {
    const { id } = await createWebhook(simulator);
    edit('Forgotten');
    clock.advance(6 * 86_400_000);
    await call(simulator, 'POST', `${webhooksPath(id)}/refresh`);
    clock.advance(2 * 86_400_000);
    edit('Kept');
    const page = await readPayloads(simulator, id);
    expect([page.payloads.length, page.cursor]).toEqual([1, 3]);
  });

  test('pings switched off: payloads are recorded, no ping is sent until they are on again', async () => {
    const { id } = await createWebhook(simulator, receiver.url);
    await call(simulator, 'POST', `/_sim/webhooks/${id}/disable`, {});
    edit('Unheard');
    expect((await readPayloads(simulator, id)).payloads).toHaveLength(1);
    await call(simulator, 'POST', `${webhooksPath(id)}/enableNotifications`, { enable: true });
    edit('Heard');
    await receiver.received(1);
    expect(receiver.pings).toHaveLength(1);
  });
});

test('a fault that does not exist is refused', async () => {
  expect((await setFaults({ pings: { explode: true } })).status).toBe(422);
});

test('reset → the seed again, without webhooks and faults; not without the word', async () => {
  const before = simulator.base.records('Signals').map(({ id, cells }) => ({ id, cells }));
  await call(simulator, 'POST', webhooksPath(), {
    specification: { options: { filters: { dataTypes: ['tableData'] } } },
  });
  edit('Not for long');
  simulator.base.create('Signals', { Title: 'Not for long either' });
  await setFaults({ failNext: { count: 1, status: 503 } });

  expect((await call(simulator, 'POST', '/_sim/reset', {})).status).toBe(422);
  expect((await call(simulator, 'POST', '/_sim/reset', { to: 'seed' })).status).toBe(200);
  expect(simulator.base.records('Signals').map(({ id, cells }) => ({ id, cells }))).toEqual(before);
  expect((await call(simulator, 'GET', webhooksPath())).json).toEqual({ webhooks: [] });
});
