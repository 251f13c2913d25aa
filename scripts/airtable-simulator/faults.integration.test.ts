import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import { openPingReceiver, type PingReceiver } from './testing/ping-receiver.ts';
import {
  API_KEY,
  BASE_ID,
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
