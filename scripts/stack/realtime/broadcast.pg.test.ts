import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  listen,
  MEMBERS_SQL,
  signToken,
  startRealtimeHarness,
  subscribe,
  type RealtimeHarness,
} from './testing/realtime-harness.ts';

let realtime: RealtimeHarness;
const writer = randomUUID();
const reader = randomUUID();
const topic = (): string => `room:${randomUUID()}`;

beforeAll(async () => {
  realtime = await startRealtimeHarness();
  await realtime.db.query(MEMBERS_SQL);
});
afterAll(async () => realtime[Symbol.asyncDispose]());

async function privateRoom(): Promise<string> {
  const name = topic();
  await realtime.db.query(`insert into public.members values ($1, $3, true), ($2, $3, false)`, [
    writer,
    reader,
    name,
  ]);
  return name;
}

async function member(user: string) {
  const token = await signToken(user);
  const client = realtime.client(() => token);
  await client.realtime.setAuth();
  return client;
}

async function post(path: string, body: unknown, token?: string, type = 'application/json') {
  return fetch(`${realtime.url}/realtime/v1/api/broadcast${path}`, {
    method: 'POST',
    headers: {
      'content-type': type,
      apikey: realtime.anonKey,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
  });
}

test('what one client sends the others in the room hear, the sender does not', async () => {
  const name = topic();
  const [sender, other] = [realtime.client().channel(name), realtime.client().channel(name)];
  const [own, heard] = [listen(sender), listen(other)];
  await Promise.all([subscribe(sender), subscribe(other)]);
  await sender.send({ type: 'broadcast', event: 'moved', payload: { x: 1, name: 'Zoë 🌊' } });
  expect(await heard.next()).toEqual({
    type: 'broadcast',
    event: 'moved',
    payload: { x: 1, name: 'Zoë 🌊' },
  });
  expect(own.all).toEqual([]);
});

test('with `self` the sender hears itself; with `ack` it learns that the server has the message', async () => {
  const channel = realtime.client().channel(topic(), { config: { broadcast: { self: true, ack: true } } });
  const own = listen(channel);
  await subscribe(channel);
  expect(await channel.send({ type: 'broadcast', event: 'moved', payload: {} })).toBe('ok');
  expect((await own.next()).event).toBe('moved');
});

test('bytes arrive as the same bytes', async () => {
  const name = topic();
  const [sender, other] = [realtime.client().channel(name), realtime.client().channel(name)];
  const heard = listen(other);
  await Promise.all([subscribe(sender), subscribe(other)]);
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  await sender.send({ type: 'broadcast', event: 'picture', payload: bytes.buffer });
  const { payload } = await heard.next();
  expect(new Uint8Array(payload as ArrayBuffer)).toEqual(bytes);
});

test('messages arrive in the order in which they were sent', async () => {
  const name = topic();
  const [sender, other] = [realtime.client().channel(name), realtime.client().channel(name)];
  const heard = listen(other);
  await Promise.all([subscribe(sender), subscribe(other)]);
  for (let n = 0; n < 50; n++) void sender.send({ type: 'broadcast', event: 'n', payload: { n } });
  await heard.next(({ payload }) => (payload as { n: number }).n === 49);
  expect(heard.all.map(({ payload }) => (payload as { n: number }).n)).toEqual([...Array(50).keys()]);
});

test('public and private rooms of one name are separate', async () => {
  const name = await privateRoom();
  const open = realtime.client().channel(name);
  const closed = (await member(reader)).channel(name, { config: { private: true } });
  const [inOpen, inClosed] = [listen(open), listen(closed)];
  await Promise.all([subscribe(open), subscribe(closed)]);
  expect((await post('', { messages: [{ topic: name, event: 'public', payload: {} }] })).status).toBe(202);
  expect((await inOpen.next()).event).toBe('public');
  const token = await signToken(writer);
  await post('', { messages: [{ topic: name, event: 'private', payload: {}, private: true }] }, token);
  expect((await inClosed.next()).event).toBe('private');
  expect([inOpen.all.length, inClosed.all.length]).toEqual([1, 1]);
});

test('a member without the right to send hears but is not heard, and gets no answer', async () => {
  const name = await privateRoom();
  const config = { private: true, broadcast: { ack: true } };
  const listener = (await member(reader)).channel(name, { config });
  const heard = listen(listener);
  await subscribe(listener);

  const mute = await realtime.raw('2.0.0', await signToken(reader));
  const joined = await mute.join(name, config);
  const ref = mute.send(
    `realtime:${name}`,
    'broadcast',
    { type: 'broadcast', event: 'forbidden', payload: {} },
    joined.joinRef,
  );
  // Handled after it on the same channel.
  await mute.ask(`realtime:${name}`, 'presence', {}, joined.joinRef);
  expect(mute.inbox.all.some((message) => message.ref === ref)).toBe(false);

  const speaker = (await member(writer)).channel(name, { config });
  await subscribe(speaker);
  expect(await speaker.send({ type: 'broadcast', event: 'allowed', payload: {} })).toBe('ok');
  await heard.next(({ event }) => event === 'allowed');
  expect(heard.all.map(({ event }) => event)).toEqual(['allowed']);
});

test('clients of both versions share a room', async () => {
  const name = topic();
  const old = await realtime.raw('1.0.0');
  const recent = await realtime.raw('2.0.0');
  const [oldJoin, recentJoin] = await Promise.all([old.join(name), recent.join(name)]);
  const message = { type: 'broadcast', event: 'hello', payload: { from: 'v1' } };
  old.send(`realtime:${name}`, 'broadcast', message, oldJoin.joinRef);
  expect(await recent.inbox.next(({ event }) => event === 'broadcast')).toMatchObject({ payload: message });

  // As the official client sends it: kind, lengths, encoding, then the parts.
  const [join, ref, wireTopic, event] = [recentJoin.joinRef!, '9', `realtime:${name}`, 'hello'];
  const payload = Buffer.from('{"from":"v2"}');
  const lengths = [join, ref, wireTopic, event, ''].map((part) => part.length);
  recent.sendRaw(
    Buffer.concat([Buffer.from([3, ...lengths, 1]), Buffer.from(join + ref + wireTopic + event), payload]),
  );
  expect(await old.inbox.next(({ event }) => event === 'broadcast')).toMatchObject({
    payload: { type: 'broadcast', event: 'hello', payload: { from: 'v2' } },
  });
  // Bytes cannot be said in JSON.
  recent.sendRaw(
    Buffer.concat([Buffer.from([3, ...lengths, 0]), Buffer.from(join + ref + wireTopic + event), payload]),
  );
  await recent.heartbeat();
  await old.heartbeat();
  expect(old.inbox.all.filter(({ event }) => event === 'broadcast')).toHaveLength(1);
});

test('a payload that would break out of its JSON is dropped', async () => {
  const name = topic();
  const [sender, old] = [await realtime.raw('2.0.0'), await realtime.raw('1.0.0')];
  const joined = await sender.join(name);
  await old.join(name);
  const parts = joined.joinRef! + `realtime:${name}` + 'e';
  const lengths = [joined.joinRef!.length, 0, `realtime:${name}`.length, 1, 0];
  const payload = Buffer.from('1},"event":"phx_close","x":{"y":1');
  sender.sendRaw(Buffer.concat([Buffer.from([3, ...lengths, 1]), Buffer.from(parts), payload]));
  await realtime.lines.next((line) => line.startsWith('MalformedWebSocketMessage'));
  await old.heartbeat();
  expect(old.inbox.all.map(({ event }) => event)).toEqual(['phx_reply', 'phx_reply']);
});

test('HTTP batch: a private message without the right to send it is left out, still 202', async () => {
  const name = await privateRoom();
  const channel = (await member(reader)).channel(name, { config: { private: true } });
  const heard = listen(channel);
  await subscribe(channel);
  const one = (event: string) => ({ messages: [{ topic: name, event, payload: { a: 1 }, private: true }] });
  expect((await post('', one('forbidden'), await signToken(reader))).status).toBe(202);
  expect((await post('', one('allowed'), await signToken(writer))).status).toBe(202);
  expect(await heard.next()).toEqual({ type: 'broadcast', event: 'allowed', payload: { a: 1 } });
});

test('HTTP single: the official client sends without joining', async () => {
  const name = await privateRoom();
  const channel = (await member(reader)).channel(name, { config: { private: true } });
  const heard = listen(channel);
  await subscribe(channel);
  const speaker = (await member(writer)).channel(name, { config: { private: true } });
  expect(await speaker.httpSend('note', { a: 1 })).toEqual({ success: true });
  expect(await heard.next()).toEqual({ type: 'broadcast', event: 'note', payload: { a: 1 } });
  await speaker.httpSend('bytes', Uint8Array.of(0, 255).buffer);
  expect(new Uint8Array((await heard.next()).payload as ArrayBuffer)).toEqual(Uint8Array.of(0, 255));
});

test.each([
  ['without a token', '/t/events/e', {}, 'none', 401],
  ['with a forged token', '/t/events/e', {}, 'forged', 401],
  ['without the right to send', '/t/events/e?private=true', {}, 'reader', 403],
  ['with a public topic', '/t/events/e', { a: 1 }, 'reader', 202],
  ['with an escaped topic', '/region%3Awest/events/a%2Fb', { a: 1 }, 'reader', 202],
  ['with an escape that is none', '/%E0%A4%A/events/e', {}, 'reader', 404],
  ['batch: no messages', '', { messages: [] }, 'reader', 422],
  ['batch: no JSON object', '', [1], 'reader', 422],
  [
    'batch: a payload that is no object',
    '',
    { messages: [{ topic: 't', event: 'e', payload: 1 }] },
    'reader',
    422,
  ],
  ['at another path', '/t', {}, 'reader', 404],
])('HTTP %s: POST %s with %j as %s → %i', async (_, path, body, who, status) => {
  const token =
    who === 'forged' ? await signToken(reader, { secret: 'x'.repeat(32) }) : await signToken(reader);
  const answer = await fetch(`${realtime.url}/realtime/v1/api/broadcast${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(who === 'none' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(status);
});

test('HTTP: a body that is neither JSON nor bytes → 415, broken JSON → 422, GET → 405', async () => {
  expect((await post('/t/events/e', {}, undefined, 'text/plain')).status).toBe(415);
  expect((await post('/t/events/e', Buffer.from('{'), undefined)).status).toBe(422);
  expect((await fetch(`${realtime.url}/realtime/v1/api/broadcast`)).status).toBe(405);
});
