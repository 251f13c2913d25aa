import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Inbox } from './testing/inbox.ts';
import {
  MEMBERS_SQL,
  signToken,
  startRealtimeHarness,
  subscribe,
  type RealtimeHarness,
} from './testing/realtime-harness.ts';
import type { RawClient, RawMessage } from './testing/raw-client.ts';

let realtime: RealtimeHarness;
beforeAll(async () => {
  realtime = await startRealtimeHarness();
  await realtime.db.query(MEMBERS_SQL);
});
afterAll(async () => realtime[Symbol.asyncDispose]());

interface Seen {
  event: 'sync' | 'join' | 'leave';
  key?: string;
  newPresences?: Record<string, unknown>[];
  leftPresences?: Record<string, unknown>[];
}

/** A channel of the official client with what it was told of presence. */
function official(topic: string, key: string) {
  const channel = realtime.client().channel(topic, { config: { presence: { key } } });
  const seen = new Inbox<Seen>();
  channel.on('presence', { event: 'sync' }, () => seen.push({ event: 'sync' }));
  channel.on('presence', { event: 'join' }, (joined) => seen.push(joined as Seen));
  channel.on('presence', { event: 'leave' }, (left) => seen.push(left as Seen));
  return { channel, seen };
}

async function joined(
  topic: string,
  key: string,
  config: object = {},
): Promise<{ raw: RawClient; joinRef: string }> {
  const raw = await realtime.raw();
  const { joinRef, payload } = await raw.join(topic, { presence: { key, enabled: true }, ...config });
  expect(payload.status).toBe('ok');
  return { raw, joinRef: joinRef! };
}

function presence(
  { raw, joinRef }: { raw: RawClient; joinRef: string },
  topic: string,
  event: string,
  payload?: unknown,
) {
  return raw.ask(`realtime:${topic}`, 'presence', { type: 'presence', event, payload }, joinRef);
}

const isDiff = ({ event }: RawMessage): boolean => event === 'presence_diff';

test('who tracks is seen by all, the tracker too, and leaves with its socket', async () => {
  const topic = randomUUID();
  const [alice, bob] = [official(topic, 'alice'), official(topic, 'bob')];
  await Promise.all([subscribe(alice.channel), subscribe(bob.channel)]);
  expect(await alice.channel.track({ page: 'signals' })).toBe('ok');
  for (const { seen } of [alice, bob]) {
    const join = await seen.next(({ event }) => event === 'join');
    expect(join).toMatchObject({ key: 'alice', newPresences: [{ page: 'signals' }] });
  }
  expect(bob.channel.presenceState()).toMatchObject({ alice: [{ page: 'signals' }] });

  await alice.channel.unsubscribe();
  expect(await bob.seen.next(({ event }) => event === 'leave')).toMatchObject({
    key: 'alice',
    leftPresences: [{ page: 'signals' }],
  });
  expect(bob.channel.presenceState()).toEqual({});
});

test('a socket that dies without a word leaves', async () => {
  const topic = randomUUID();
  const watcher = official(topic, 'watcher');
  await subscribe(watcher.channel);
  const client = await joined(topic, 'ghost');
  await presence(client, topic, 'track', {});
  await watcher.seen.next(({ event }) => event === 'join');
  client.raw.webSocket.terminate();
  expect(await watcher.seen.next(({ event }) => event === 'leave')).toMatchObject({ key: 'ghost' });
});

test('who joins later is told once who is there; untracking is told to all', async () => {
  const topic = randomUUID();
  const first = await joined(topic, 'first');
  expect((await first.raw.inbox.next(({ event }) => event === 'presence_state')).payload).toEqual({});
  await presence(first, topic, 'track', { n: 1 });
  const later = await joined(topic, 'later');
  const state = await later.raw.inbox.next(({ event }) => event === 'presence_state');
  expect(state.payload).toEqual({ first: { metas: [{ n: 1, phx_ref: expect.any(String) as string }] } });

  await presence(first, topic, 'untrack');
  const { payload } = await later.raw.inbox.next(isDiff);
  expect(payload).toEqual({ joins: {}, leaves: state.payload });
  // Nothing is left to untrack.
  expect((await presence(first, topic, 'untrack')).payload.status).toBe('ok');
  await later.raw.heartbeat();
  expect(later.raw.inbox.all.filter(isDiff)).toHaveLength(1);
});

test('tracking again leaves the old meta and joins the new one, which names it', async () => {
  const topic = randomUUID();
  const client = await joined(topic, 'me');
  await presence(client, topic, 'track', { page: 'a' });
  const first = (await client.raw.inbox.next(isDiff)).payload as {
    joins: { me: { metas: { phx_ref: string }[] } };
  };
  const ref = first.joins.me.metas[0]!.phx_ref;
  await presence(client, topic, 'track', { page: 'b' });
  expect((await client.raw.inbox.next(isDiff)).payload).toEqual({
    joins: {
      me: {
        metas: [{ page: 'b', phx_ref: expect.not.stringMatching(`^${ref}$`) as string, phx_ref_prev: ref }],
      },
    },
    leaves: { me: { metas: [{ page: 'a', phx_ref: ref }] } },
  });
  // The same again is no news.
  expect((await presence(client, topic, 'track', { page: 'b' })).payload.status).toBe('ok');
  expect(client.raw.inbox.all.filter(isDiff)).toHaveLength(2);
});

test('two sockets share a key: each has its own meta, and one leaving keeps the other', async () => {
  const topic = randomUUID();
  const [tab1, tab2, watcher] = [official(topic, 'me'), official(topic, 'me'), official(topic, 'watcher')];
  await Promise.all([tab1, tab2, watcher].map(({ channel }) => subscribe(channel)));
  await tab1.channel.track({ tab: 1 });
  await tab2.channel.track({ tab: 2 });
  await watcher.seen.next(({ newPresences }) => newPresences?.[0]?.tab === 2);
  expect(watcher.channel.presenceState().me).toHaveLength(2);
  await tab1.channel.unsubscribe();
  await watcher.seen.next(({ event }) => event === 'leave');
  expect(watcher.channel.presenceState()).toMatchObject({ me: [{ tab: 2 }] });
});

test('without presence enabled there is no state, and tracking is still seen by others', async () => {
  const topic = randomUUID();
  const watcher = await joined(topic, 'watcher');
  const raw = await realtime.raw();
  const { joinRef } = await raw.join(topic);
  await presence({ raw, joinRef: joinRef! }, topic, 'track', { silent: true });
  expect(JSON.stringify((await watcher.raw.inbox.next(isDiff)).payload)).toContain('"silent":true');
  expect(raw.inbox.all.some(({ event }) => event === 'presence_state')).toBe(false);
});

test('a private channel: presence needs its own rights, to see and to track', async () => {
  const topic = randomUUID();
  const [full, hearer] = [randomUUID(), randomUUID()];
  await realtime.db.query(`
    create policy "full" on realtime.messages for all to authenticated using (auth.uid() = '${full}');
    create policy "hearer" on realtime.messages for select to authenticated
      using (auth.uid() = '${hearer}' and extension = 'broadcast');
  `);
  const config = { private: true, presence: { key: 'k', enabled: true } };
  const open = async (user: string) => {
    const raw = await realtime.raw('2.0.0', await signToken(user));
    const { joinRef, payload } = await raw.join(topic, config);
    expect(payload.status).toBe('ok');
    return { raw, joinRef: joinRef! };
  };
  const [allowed, deaf] = [await open(full), await open(hearer)];
  expect((await presence(allowed, topic, 'track', { a: 1 })).payload.status).toBe('ok');
  expect((await presence(deaf, topic, 'track', { a: 1 })).payload).toEqual({ status: 'error', response: {} });
  await allowed.raw.inbox.next(isDiff);
  await deaf.raw.heartbeat();
  expect(deaf.raw.inbox.all.filter(({ event }) => event.startsWith('presence'))).toEqual([]);
});

test.each([
  [
    'a payload that is no object',
    'track',
    1,
    { status: 'error', response: { reason: 'Presence track payload must be a map' } },
  ],
  ['an unknown event', 'dance', {}, { status: 'error', response: {} }],
])('%s → an error, the channel stays', async (_, event, payload, answer) => {
  const topic = randomUUID();
  const client = await joined(topic, 'me');
  expect((await presence(client, topic, event, payload)).payload).toEqual(answer);
  expect((await presence(client, topic, 'track', {})).payload.status).toBe('ok');
});

test('a key named __proto__ is a key like any other', async () => {
  const topic = randomUUID();
  const client = await joined(topic, '__proto__');
  await presence(client, topic, 'track', { a: 1 });
  const later = await joined(topic, 'later');
  const { payload } = await later.raw.inbox.next(({ event }) => event === 'presence_state');
  expect(Object.getOwnPropertyNames(payload)).toEqual(['__proto__']);
});

test('the sixth change within the window closes the channel', async () => {
  const topic = randomUUID();
  const client = await joined(topic, 'me');
  for (let n = 0; n < 5; n++) await presence(client, topic, 'track', { n });
  client.raw.send(`realtime:${topic}`, 'presence', { event: 'track', payload: { n: 5 } }, client.joinRef);
  const { payload } = await client.raw.inbox.next(({ event }) => event === 'system');
  expect(payload).toMatchObject({ status: 'error', message: 'Client presence rate limit exceeded' });
  await client.raw.inbox.next(({ event }) => event === 'phx_close');
});
