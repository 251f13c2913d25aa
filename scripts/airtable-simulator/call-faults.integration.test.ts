import Airtable from 'airtable';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import { API_KEY, BASE_ID, call, createWebhook, webhooksPath } from './testing/simulator-client.ts';
import { VirtualClock } from './virtual-clock.ts';

let clock: VirtualClock;
let simulator: AirtableSimulator;

beforeEach(async () => {
  clock = new VirtualClock();
  simulator = await createAirtableSimulator({
    port: 0,
    apiKey: API_KEY,
    baseId: BASE_ID,
    clock,
    rateLimit: false,
  });
});
afterEach(() => simulator[Symbol.asyncDispose]());

const path = `/v0/${BASE_ID}/Signals`;
const setFaults = (faults: unknown) => call(simulator, 'POST', '/_sim/faults', faults);
const official = (requestTimeout = 30_000) =>
  new Airtable({
    apiKey: API_KEY,
    endpointUrl: simulator.url,
    noRetryIfRateLimited: true,
    requestTimeout,
  }).base(BASE_ID)('Signals');
const titles = () => simulator.base.records('Signals').length;

describe('the official client', () => {
  test.each([500, 502, 503])('a %i → an error with that status, once', async (status) => {
    await setFaults({ failNext: { count: 1, status } });
    await expect(official().select().firstPage()).rejects.toMatchObject({ statusCode: status });
    expect(await official().select({ maxRecords: 1 }).firstPage()).toHaveLength(1);
  });

  test('a call that is never answered → its own time-out, and the next one works', async () => {
    await setFaults({ failNext: { count: 1, how: 'hang' } });
    await expect(official(200).select().firstPage()).rejects.toThrow();
    expect(await official().select({ maxRecords: 1 }).firstPage()).toHaveLength(1);
  });

  test('a connection that is cut → an error, nothing was done', async () => {
    await setFaults({ failNext: { count: 1, how: 'reset' } });
    const before = titles();
    await expect(official().create({ Title: 'Never' })).rejects.toThrow();
    expect(titles()).toBe(before);
    await official().create({ Title: 'Now' });
    expect(titles()).toBe(before + 1);
  });

  test('a lost answer → an error, though it was done', async () => {
    await setFaults({ failNext: { count: 1, how: 'lose answer' } });
    const before = titles();
    await expect(official().create({ Title: 'Done all the same' })).rejects.toThrow();
    expect(titles()).toBe(before + 1);
  });

  test('stopped for too many calls → TOO_MANY_REQUESTS for 30 s of the clock', async () => {
    await call(simulator, 'POST', '/_sim/rate-limit/stop', {});
    clock.advance(29_999);
    await expect(official().select().firstPage()).rejects.toMatchObject({ error: 'TOO_MANY_REQUESTS' });
    clock.advance(1);
    expect(await official().select({ maxRecords: 1 }).firstPage()).toHaveLength(1);
  });

  test('an expired iterator → 422 in the middle of a scan', async () => {
    const pages: number[] = [];
    const scan = official()
      .select({ pageSize: 10 })
      .eachPage((records, next) => {
        pages.push(records.length);
        void call(simulator, 'POST', '/_sim/iterators/expire', {}).then(next);
      });
    await expect(scan).rejects.toMatchObject({ statusCode: 422 });
    expect(pages).toEqual([10]);
  });

  test('a token that may not write → 403, nothing was done', async () => {
    await setFaults({ scopes: ['data.records:read'] });
    const before = titles();
    expect(await official().select({ maxRecords: 1 }).firstPage()).toHaveLength(1);
    await expect(official().create({ Title: 'Never' })).rejects.toMatchObject({ statusCode: 403 });
    expect(titles()).toBe(before);
  });
});

test('an answer cut in half → status 200 and no JSON, though it was done', async () => {
  await setFaults({ failNext: { count: 1, how: 'truncate' } });
  const response = await fetch(simulator.url + path, { headers: { authorization: `Bearer ${API_KEY}` } });
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toMatch(/^\{"records"/);
  expect(() => JSON.parse(text) as unknown).toThrow();
});

test('a late answer → what was there when it was asked for', async () => {
  await setFaults({ failNext: { count: 1, how: 'late', delayMs: 5000 } });
  const id = simulator.base.create('Signals', { Title: 'Before' });
  const answer = call(simulator, 'GET', `${path}/${id}`);
  await expect.poll(() => clock.nextInMs).toBe(5000);
  simulator.base.update('Signals', id, { Title: 'After' });
  // Microtasks of the call come before the clock goes on.
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(5000);
  expect((await answer).json).toMatchObject({ fields: { Title: 'Before' } });
  expect((await call(simulator, 'GET', `${path}/${id}`)).json).toMatchObject({ fields: { Title: 'After' } });
});

test('calls that hang end when the faults are reset', async () => {
  await setFaults({ failNext: { count: 1, how: 'hang' } });
  const hanging = call(simulator, 'GET', path);
  await expect
    .poll(async () => (await call(simulator, 'GET', '/_sim/state')).json)
    .toMatchObject({ faults: { failNext: [] } });
  await call(simulator, 'DELETE', '/_sim/faults');
  await expect(hanging).rejects.toThrow();
});

test('resetting the faults ends the 30 s too', async () => {
  await call(simulator, 'POST', '/_sim/rate-limit/stop', {});
  expect((await call(simulator, 'GET', path)).status).toBe(429);
  await call(simulator, 'DELETE', '/_sim/faults');
  expect((await call(simulator, 'GET', path)).status).toBe(200);
});

test('whoami says which scopes the token has', async () => {
  await setFaults({ scopes: ['webhook:manage'] });
  const { json } = await call(simulator, 'GET', '/v0/meta/whoami');
  expect(json).toMatchObject({ scopes: ['webhook:manage'] });
});

test.each([
  ['schema.bases:read', 'GET', `/v0/meta/bases/${BASE_ID}/tables`],
  ['data.records:read', 'GET', path],
  ['data.records:read', 'POST', `${path}/listRecords`],
  ['data.records:write', 'POST', path],
  ['webhook:manage', 'GET', webhooksPath()],
] as const)('without %s → 403 for %s %s', async (missing, method, url) => {
  const all = ['data.records:read', 'data.records:write', 'schema.bases:read', 'webhook:manage'];
  await setFaults({ scopes: all.filter((scope) => scope !== missing) });
  const answer = await call(simulator, method, url, method === 'POST' ? { fields: {} } : undefined);
  expect(answer).toMatchObject({
    status: 403,
    json: { error: { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND' } },
  });
});

test('a webhook tells only what the token may read, and only a creator makes or refreshes one', async () => {
  await setFaults({ scopes: ['webhook:manage', 'schema.bases:read'] });
  await expect(createWebhook(simulator)).rejects.toThrow('INVALID_PERMISSIONS');
  await call(simulator, 'DELETE', '/_sim/faults');
  const { id } = await createWebhook(simulator);
  await setFaults({ permissionLevel: 'edit' });
  await expect(createWebhook(simulator)).rejects.toThrow('INVALID_PERMISSIONS');
  expect((await call(simulator, 'POST', `${webhooksPath(id)}/refresh`)).status).toBe(403);
  expect((await call(simulator, 'GET', `${webhooksPath(id)}/payloads`)).status).toBe(200);
});
