import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestMirror, type TestMirror } from './testing/test-mirror.ts';

let mirror: TestMirror;
let calls: string[];
beforeEach(async () => {
  mirror = await createTestMirror();
  await mirror.post('/drain');
  const { airtable } = mirror.options;
  const original = { ...airtable };
  calls = [];
  airtable.listWebhooks = (...asked) => (calls.push('webhooks'), original.listWebhooks(...asked));
  airtable.listPayloads = (...asked) => (calls.push('payloads'), original.listPayloads(...asked));
});
afterEach(async () => mirror[Symbol.asyncDispose]());

const schedule = (): Promise<Response> => mirror.post('/drain', { sparing: true });
const passed = (seconds: number) =>
  mirror.sql`update airtable.webhooks set last_drained_at = last_drained_at - ${seconds} * interval '1 second'`;
const titles = () => mirror.sql`select title from signals`;

test('nothing is known of, read a little while ago → no call, though the log has something', async () => {
  mirror.simulator.base.create('Signals', { Title: 'Nobody pinged' });
  await passed(60);
  expect((await schedule()).status).toBe(200);
  expect(calls).toEqual([]);
  expect(await titles()).toEqual([]);
});

test('two minutes later → the webhook is looked at, and what a lost ping was to tell is there', async () => {
  mirror.simulator.base.create('Signals', { Title: 'Nobody pinged' });
  await passed(120);
  await schedule();
  expect(calls).toEqual(['webhooks', 'payloads']);
  expect(await titles()).toEqual([{ title: 'Nobody pinged' }]);
});

test('a ping that nobody followed → at once', async () => {
  mirror.simulator.base.create('Signals', { Title: 'Pinged' });
  await mirror.options.store.notePing(await mirror.webhookId());
  await schedule();
  expect(await titles()).toEqual([{ title: 'Pinged' }]);
  expect(calls).toEqual(['webhooks', 'payloads']);
  await schedule();
  expect(calls).toHaveLength(2);
});

test('a webhook in trouble → tried again each time', async () => {
  await mirror.options.status.noteWebhookTrouble(await mirror.webhookId(), 'It died');
  await schedule();
  expect(calls).toEqual(['webhooks', 'payloads']);
});

test('its pings have stopped → looked at each time', async () => {
  mirror.simulator.base.create('Signals', { Title: 'Nobody pinged' });
  await mirror.post('/drain');
  await mirror.sql`update airtable.webhooks set created_at = created_at - interval '1 hour', last_ping_at = now() - interval '1 hour'`;
  calls = [];
  await schedule();
  expect(calls).toEqual(['webhooks', 'payloads']);
});

test('whoever asks without sparing → is answered with a look', async () => {
  await mirror.post('/drain');
  expect(calls).toEqual(['webhooks', 'payloads']);
});
