import Airtable from 'airtable';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import { API_KEY, BASE_ID, call, webhooksPath } from './testing/simulator-client.ts';
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
    seed: 'empty',
  });
});
afterEach(() => simulator[Symbol.asyncDispose]());

test('the sixth call of a second → 429 in the plural form, for 30 s, whichever API is called', async () => {
  const path = `/v0/${BASE_ID}/Signals`;
  for (let round = 0; round < 5; round++) expect((await call(simulator, 'GET', path)).status).toBe(200);
  const refused = await call(simulator, 'GET', path);
  expect(refused.status).toBe(429);
  expect(refused.json).toEqual({
    errors: [{ error: 'RATE_LIMIT_REACHED', message: expect.any(String) as string }],
  });
  clock.advance(29_000);
  expect((await call(simulator, 'GET', webhooksPath())).status).toBe(429);
  clock.advance(1000);
  expect((await call(simulator, 'GET', path)).status).toBe(200);
});

test('the official client sees TOO_MANY_REQUESTS', async () => {
  const base = new Airtable({ apiKey: API_KEY, endpointUrl: simulator.url, noRetryIfRateLimited: true }).base(
    BASE_ID,
  );
  const calls = Array.from({ length: 6 }, () => base('Signals').select().all());
  const results = await Promise.allSettled(calls);
  expect(
    results.filter((result) => result.status === 'rejected').map((result) => result.reason as unknown),
  ).toEqual([expect.objectContaining({ error: 'TOO_MANY_REQUESTS', statusCode: 429 })]);
});

test('neither a wrong token nor the grid counts', async () => {
  for (let round = 0; round < 10; round++) {
    await call(simulator, 'GET', `/v0/${BASE_ID}/Signals`, undefined, { authorization: 'Bearer patWrong' });
    await call(simulator, 'GET', '/_grid/base');
  }
  expect((await call(simulator, 'GET', `/v0/${BASE_ID}/Signals`)).status).toBe(200);
});
