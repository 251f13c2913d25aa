import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { expect, test } from 'vitest';
import type { RealtimeLimits } from './limits.ts';
import { startRealtimeHarness, subscribe } from './testing/realtime-harness.ts';

const start = (limits: Partial<RealtimeLimits> = {}) => startRealtimeHarness({ limits });

test.each(['1.0.0', '2.0.0'] as const)(
  'version %s: malformed frames are dropped and the socket stays',
  async (version) => {
    await using realtime = await start();
    const raw = await realtime.raw(version);
    const frames: (string | Buffer)[] = [
      '',
      'x',
      '{',
      'null',
      '1',
      '"a"',
      '[]',
      '{}',
      '[1,2,3,4,5]',
      '[null,null,"realtime:a","phx_join"]',
      '{"topic":1,"event":2}',
      '[{},[],"realtime:a","phx_join",{}]',
      '\u0000',
      '[null,"1","phoenix",null,{}]',
      Buffer.alloc(0),
      Buffer.from([3]),
      Buffer.from([9, 1, 2, 3]),
      Buffer.from([3, 255, 255, 255, 255, 255, 1]),
      Buffer.from([3, 0, 0, 1, 1, 0, 1, 97, 97, 123]),
      Buffer.alloc(100, 255),
    ];
    for (const frame of frames) raw.sendRaw(frame);
    await raw.heartbeat();
    expect((await raw.join('after')).payload.status).toBe('ok');
  },
);

test('joins with nonsense in their payload are answered, not crashed on', async () => {
  await using realtime = await start();
  const raw = await realtime.raw();
  const payloads: unknown[] = [
    null,
    1,
    'x',
    [],
    { config: null },
    { config: [] },
    { config: { broadcast: 1, presence: 'x', postgres_changes: {} } },
    { config: { postgres_changes: [null, 1, 'x', {}, { schema: 1 }] } },
    { config: { presence: { key: {} } } },
    { access_token: 1 },
    { config: { private: {} } },
  ];
  for (const payload of payloads) {
    expect((await raw.ask('realtime:t', 'phx_join', payload)).payload.status).toBe('ok');
  }
  const refused = [
    { config: { private: true } },
    { config: { broadcast: { replay: 1 }, private: 'true' } },
    { access_token: 'x' },
  ];
  for (const payload of refused) {
    expect((await raw.ask('realtime:t', 'phx_join', payload)).payload.status).toBe('error');
  }
  // A topic that Postgres cannot store.
  expect((await raw.join('\u0000', { private: true })).payload.status).toBe('error');
  expect((await raw.join('x'.repeat(10_000))).payload.status).toBe('ok');
  await raw.heartbeat();
});

test('a channel more than allowed is refused; leaving one makes room', async () => {
  await using realtime = await start({ channelsPerConnection: 2 });
  const raw = await realtime.raw();
  const first = await raw.join('1');
  await raw.join('2');
  expect((await raw.join('3')).payload).toEqual({
    status: 'error',
    response: { reason: 'ChannelRateLimitReached: Too many channels' },
  });
  await raw.ask('realtime:1', 'phx_leave', {}, first.joinRef);
  expect((await raw.join('3')).payload.status).toBe('ok');
});

test('a connection more than allowed → 429; one that closes makes room', async () => {
  await using realtime = await start({ connections: 1 });
  const first = await realtime.raw();
  await expect(realtime.raw()).rejects.toThrow('429');
  first.webSocket.close();
  // The server hears of the closing a moment after the client.
  let second = null;
  while (!second) second = await realtime.raw().catch(() => null);
  expect((await second.join('t')).payload.status).toBe('ok');
});

test('a payload over the limit is not sent: an error with ack, silence without, and the database message is dropped', async () => {
  await using realtime = await start({ payloadBytes: 100 });
  const [raw, other] = [await realtime.raw(), await realtime.raw()];
  const { joinRef } = await raw.join('t', { broadcast: { ack: true } });
  await other.join('t');
  const large = { type: 'broadcast', event: 'large', payload: { text: 'x'.repeat(200) } };
  expect((await raw.ask('realtime:t', 'broadcast', large, joinRef)).payload).toEqual({
    status: 'error',
    response: 'payload_size_exceeded',
  });
  await realtime.db.query(
    `select realtime.send(jsonb_build_object('text', repeat('x', 200)), 'large', 't', false)`,
  );
  await realtime.lines.next((line) => line.includes('over the limit and was not sent'));
  const small = { ...large, event: 'small', payload: {} };
  expect((await raw.ask('realtime:t', 'broadcast', small, joinRef)).payload.status).toBe('ok');
  const heard = await other.inbox.next(({ event }) => event === 'broadcast');
  expect(heard.payload.event).toBe('small');
  const tracked = { event: 'track', payload: { text: 'x'.repeat(200) } };
  raw.send('realtime:t', 'presence', tracked, joinRef);
  expect((await raw.inbox.next(({ event }) => event === 'system')).payload.message).toBe(
    'Track message size exceeded',
  );
  const answer = await fetch(`${realtime.url}/realtime/v1/api/broadcast/t/events/e`, {
    method: 'POST',
    headers: { apikey: realtime.anonKey, 'content-type': 'application/json' },
    body: JSON.stringify(large),
  });
  expect(answer.status).toBe(422);
});

test('a frame over the limit closes the socket with 1009', async () => {
  await using realtime = await start({ frameBytes: 1000 });
  const raw = await realtime.raw();
  raw.sendRaw('x'.repeat(2000));
  expect(await raw.closed).toBe(1009);
});

test('over the message rate the receiving channel is closed with the reason', async () => {
  await using realtime = await start({ messagesPerSecond: 1, measureEveryMs: 250 });
  const name = randomUUID();
  const client = realtime.client();
  const receiver = await realtime.raw();
  await receiver.join(name);
  const sender = client.channel(name);
  await subscribe(sender);
  for (let n = 0; n < 20; n++) await sender.send({ type: 'broadcast', event: 'n', payload: {} });
  await realtime.lines.next((line) => line.startsWith('over the limit'));
  await sender.send({ type: 'broadcast', event: 'n', payload: {} });
  const { payload } = await receiver.inbox.next(({ event }) => event === 'system');
  expect(payload.message).toBe('Too many messages per second');
  await receiver.inbox.next(({ event }) => event === 'phx_close');
  const answer = await fetch(`${realtime.url}/realtime/v1/api/broadcast/t/events/e`, {
    method: 'POST',
    headers: { apikey: realtime.anonKey, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(answer.status).toBe(429);
});

test('a silent connection is ended', async () => {
  await using realtime = await start({ idleMs: 0, measureEveryMs: 50 });
  const raw = await realtime.raw();
  await raw.closed;
});

test('a refused join waits before its answer; leaving meanwhile ends the wait', async () => {
  await using realtime = await startRealtimeHarness({ joinErrorDelayMs: 60_000 });
  const raw = await realtime.raw();
  const ref = raw.send('realtime:t', 'phx_join', { config: { private: true } });
  await realtime.lines.next((line) => line.startsWith('join of t refused'));
  await raw.heartbeat();
  expect(raw.inbox.all.some((message) => message.ref === ref)).toBe(false);
  // Disposal would hang, or leave a timer, if the wait went on.
});

test('disposing tells clients to come back, and leaves no slot, connection or socket', async () => {
  const realtime = await start();
  const raw = await realtime.raw();
  await raw.join('t', { postgres_changes: [{ event: '*', schema: 'public', table: 'x' }] });
  const silent = new WebSocket(raw.webSocket.url);
  await once(silent, 'open');
  silent.pause();
  await realtime[Symbol.asyncDispose]();
  expect(await raw.closed).not.toBe(1000);
  silent.terminate();
});
