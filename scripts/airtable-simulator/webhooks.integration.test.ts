import { createHmac } from 'node:crypto';
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

const DAY_MS = 86_400_000;
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

const signal = () => simulator.base.records('Signals')[0]?.id ?? '';
interface Listed {
  areNotificationsEnabled: boolean;
  isHookEnabled: boolean;
  cursorForNextPayload: number;
  expirationTime: string;
  lastNotificationResult: { success: boolean; retryNumber: number; willBeRetried?: boolean } | null;
}
const listed = async () =>
  ((await call(simulator, 'GET', webhooksPath())).json as { webhooks: Listed[] }).webhooks[0];

describe('the ping', () => {
  test('comes at once, signed over its raw bytes, with ids and no data', async () => {
    const { id, macSecretBase64 } = await createWebhook(simulator, receiver.url);
    simulator.base.update('Signals', signal(), { Urgency: 'Critical' });
    await receiver.received(1);
    const [ping] = receiver.pings;
    const digest = createHmac('sha256', Buffer.from(macSecretBase64, 'base64'))
      .update(ping?.body ?? '')
      .digest('hex');
    expect(ping?.mac).toBe(`hmac-sha256=${digest}`);
    expect(JSON.parse(ping?.body ?? '')).toEqual({
      base: { id: BASE_ID },
      webhook: { id },
      timestamp: new Date(clock.now()).toISOString(),
    });
  });

  test('many edits while one is under way → one more, not many', async () => {
    await createWebhook(simulator, receiver.url);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    receiver.answer = () => gate.then(() => 200);
    for (let round = 0; round < 20; round++)
      simulator.base.update('Signals', signal(), { Title: `Round ${round}` });
    release();
    await receiver.received(2);
    simulator.base.update('Signals', signal(), { Title: 'Later' });
    await receiver.received(3);
    expect(receiver.pings).toHaveLength(3);
  });

  test('refused → 13 retries from 10 s on, doubling; then pings are switched off while payloads go on', async () => {
    const { id } = await createWebhook(simulator, receiver.url);
    receiver.answer = 201;
    simulator.base.update('Signals', signal(), { Title: 'First' });
    const gaps: number[] = [];
    for (let sent = 1; sent <= 14; sent++) {
      await receiver.received(sent);
      await expect.poll(async () => (await listed())?.lastNotificationResult?.retryNumber).toBe(sent - 1);
      if (sent === 14) break;
      gaps.push(clock.nextInMs ?? 0);
      clock.advance(clock.nextInMs ?? 0);
    }
    expect(gaps).toEqual(Array.from({ length: 13 }, (_, retry) => 10_000 * 2 ** retry));
    expect(await listed()).toMatchObject({
      areNotificationsEnabled: false,
      lastNotificationResult: { willBeRetried: false },
    });
    simulator.base.update('Signals', signal(), { Title: 'Second' });
    expect((await readPayloads(simulator, id)).payloads).toHaveLength(2);
    expect(receiver.pings).toHaveLength(14);

    receiver.answer = 200;
    const answer = await call(simulator, 'POST', `${webhooksPath(id)}/enableNotifications`, { enable: true });
    expect(answer).toMatchObject({ status: 200, text: '' });
    simulator.base.update('Signals', signal(), { Title: 'Third' });
    await receiver.received(15);
  });

  test('no answer for 25 s counts as a failure', async () => {
    await createWebhook(simulator, receiver.url);
    receiver.answer = () => new Promise(() => undefined);
    simulator.base.update('Signals', signal(), { Title: 'First' });
    await expect.poll(() => receiver.pings.length).toBe(1);
    clock.advance(25_000);
    await expect.poll(async () => (await listed())?.lastNotificationResult?.success).toBe(false);
  });
});

describe('the life of a webhook', () => {
  test('seven days; refreshing and reading payloads both extend it', async () => {
    const { id, expirationTime } = await createWebhook(simulator);
    expect(Date.parse(expirationTime)).toBe(clock.now() + 7 * DAY_MS);
    clock.advance(6 * DAY_MS);
    const refreshed = (await call(simulator, 'POST', `${webhooksPath(id)}/refresh`)).json as {
      expirationTime: string;
    };
    expect(Date.parse(refreshed.expirationTime)).toBe(clock.now() + 7 * DAY_MS);
    clock.advance(6 * DAY_MS);
    await readPayloads(simulator, id);
    clock.advance(6 * DAY_MS);
    expect(await listed()).toMatchObject({ isHookEnabled: true });
  });

  test('expired → it records nothing more and cannot be refreshed', async () => {
    const { id } = await createWebhook(simulator);
    clock.advance(7 * DAY_MS);
    simulator.base.update('Signals', signal(), { Title: 'Unheard' });
    expect(await listed()).toMatchObject({ isHookEnabled: false, cursorForNextPayload: 1 });
    expect((await call(simulator, 'POST', `${webhooksPath(id)}/refresh`)).status).toBe(422);
  });

  test('ten a base; deleting one answers an empty body and makes room', async () => {
    const hooks = [];
    for (let index = 0; index < 10; index++) hooks.push(await createWebhook(simulator));
    await expect(createWebhook(simulator)).rejects.toThrow('TOO_MANY_WEBHOOKS_IN_BASE');
    expect(await call(simulator, 'DELETE', webhooksPath(hooks[0]?.id))).toMatchObject({
      status: 200,
      text: '',
    });
    await createWebhook(simulator);
    expect((await call(simulator, 'GET', `${webhooksPath(hooks[0]?.id)}/payloads`)).status).toBe(403);
  });

  test('the list never shows the secret', async () => {
    const { macSecretBase64 } = await createWebhook(simulator, receiver.url);
    const list = await call(simulator, 'GET', webhooksPath());
    const state = await call(simulator, 'GET', '/_sim/state');
    expect(list.text + state.text).not.toContain(macSecretBase64);
  });

  test('killed → an error payload with its code, and silence', async () => {
    const { id } = await createWebhook(simulator);
    await call(simulator, 'POST', `/_sim/webhooks/${id}/kill`, { code: 'INVALID_HOOK' });
    simulator.base.update('Signals', signal(), { Title: 'Unheard' });
    const { payloads } = await readPayloads(simulator, id);
    expect(payloads).toEqual([expect.objectContaining({ error: true, code: 'INVALID_HOOK' })]);
    expect(await listed()).toMatchObject({ isHookEnabled: false });
  });

  test.each([
    ['no data types', { options: { filters: { dataTypes: [] } } }],
    ['an unknown data type', { options: { filters: { dataTypes: ['rows'] } } }],
    ['an unknown key', { options: { filters: { dataTypes: ['tableData'], foo: 1 } } }],
    [
      'a field that does not exist',
      { options: { filters: { dataTypes: ['tableData'], watchDataInFieldIds: ['fldX'] } } },
    ],
  ])('a specification with %s → 422', async (_name, specification) => {
    const answer = await call(simulator, 'POST', webhooksPath(), { specification });
    expect(answer.status).toBe(422);
  });
});
