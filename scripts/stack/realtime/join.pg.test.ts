import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  MEMBERS_SQL,
  signToken,
  startRealtimeHarness,
  subscribe,
  type RealtimeHarness,
} from './testing/realtime-harness.ts';

let realtime: RealtimeHarness;
const alice = randomUUID();
const stranger = randomUUID();

beforeAll(async () => {
  realtime = await startRealtimeHarness();
  await realtime.db.query(MEMBERS_SQL);
  await realtime.db.query(`insert into public.members values ($1, 'region:west', true)`, [alice]);
});
afterAll(async () => realtime[Symbol.asyncDispose]());

const PRIVATE = { config: { private: true } };
const NO_PERMISSION =
  'Unauthorized: You do not have permissions to read from this Channel topic: region:west';

async function joinPrivate(topic: string, token?: string): Promise<{ status: string; reason?: string }> {
  const client = realtime.client(token === undefined ? undefined : () => token);
  await client.realtime.setAuth();
  const { status, error } = await subscribe(client.channel(topic, PRIVATE));
  return { status, ...(error ? { reason: error.message } : {}) };
}

test('a member joins a private channel', async () => {
  expect(await joinPrivate('region:west', await signToken(alice))).toEqual({ status: 'SUBSCRIBED' });
});

test('a member does not join a private channel of another topic', async () => {
  const { status, reason } = await joinPrivate('region:south', await signToken(alice));
  expect({ status, reason }).toEqual({
    status: 'CHANNEL_ERROR',
    reason: NO_PERMISSION.replace('west', 'south'),
  });
});

test.each([
  ['someone who is no member', () => signToken(stranger), NO_PERMISSION],
  ['someone not signed in', () => Promise.resolve(undefined), NO_PERMISSION],
  [
    'a token signed with another secret',
    () => signToken(alice, { secret: 'another-secret-with-at-least-32-characters' }),
    'JwtSignatureError: Failed to validate JWT signature',
  ],
  [
    'an expired token',
    () => signToken(alice, { expiresInSeconds: -60 }),
    /^InvalidJWTToken: Token has expired 6\d seconds ago$/,
  ],
  [
    'a token that is none',
    () => Promise.resolve('abc'),
    'MalformedJWT: The token provided is not a valid JWT',
  ],
  [
    'a token without a signature',
    async () =>
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await signToken(alice)).split('.')[1]}.`,
    /^(JwtSignerError|MalformedJWT): /,
  ],
  [
    'a token whose claims were changed',
    async () => {
      const [head, , signature] = (await signToken(stranger)).split('.');
      return [head, (await signToken(alice)).split('.')[1], signature].join('.');
    },
    'JwtSignatureError: Failed to validate JWT signature',
  ],
  ['a token of a role that does not exist', () => signToken(alice, { role: 'nobody_at_all' }), NO_PERMISSION],
])('%s → the join is refused with the reason', async (_, token, reason) => {
  const joined = await joinPrivate('region:west', await token());
  expect(joined.status).toBe('CHANNEL_ERROR');
  expect(joined.reason).toMatch(reason);
});

test('the first join of a client without a token counts as the key: private channels refuse it', async () => {
  const client = realtime.client();
  const { error } = await subscribe(client.channel('region:west', PRIVATE));
  expect(error?.message).toBe(NO_PERMISSION);
});

test('asking for rights leaves no row behind', async () => {
  await joinPrivate('region:west', await signToken(alice));
  const { rows } = await realtime.db.query(`select count(*)::int as left from realtime.messages`);
  expect(rows).toEqual([{ left: 0 }]);
});

test('a policy sees the topic, the claims and the headers of its own join', async () => {
  await realtime.db.query(`create policy "probe" on realtime.messages for select to authenticated using (
    realtime.topic() = 'probe' and topic = 'probe' and extension = 'broadcast'
    and current_setting('request.jwt.claims')::jsonb ->> 'team' = 'blue'
    and current_setting('request.jwt.claim.sub') = '${stranger}'
    and current_setting('request.jwt.claim.role') = 'authenticated'
    and current_setting('request.headers')::jsonb is not null
  )`);
  const blue = await signToken(stranger, { claims: { team: 'blue' } });
  const red = await signToken(stranger, { claims: { team: 'red' } });
  expect(await joinPrivate('probe', blue)).toEqual({ status: 'SUBSCRIBED' });
  expect((await joinPrivate('probe', red)).status).toBe('CHANNEL_ERROR');
});

test('a policy that raises an error lets nobody in', async () => {
  await realtime.db.query(`create policy "broken" on realtime.messages for select to authenticated
    using (realtime.topic() = 'broken' and 1 / (length(topic) - 6) = 1)`);
  expect((await joinPrivate('broken', await signToken(alice))).reason).toMatch(/^Unauthorized: /);
});

test.each(['1.0.0', '2.0.0'] as const)('version %s: join, leave and a topic not joined', async (version) => {
  const raw = await realtime.raw(version);
  const joined = await raw.join('lobby');
  expect(joined.payload).toEqual({ status: 'ok', response: { postgres_changes: [] } });

  const left = await raw.ask('realtime:lobby', 'phx_leave', {}, joined.joinRef);
  expect(left.payload).toEqual({ status: 'ok', response: {} });
  const closed = await raw.inbox.next(({ event }) => event === 'phx_close');
  expect(closed).toMatchObject({ topic: 'realtime:lobby', payload: {}, ref: joined.joinRef });

  const unknown = await raw.ask('realtime:lobby', 'broadcast', {});
  expect(unknown.payload).toEqual({ status: 'error', response: { reason: 'unmatched topic' } });
});

test('joining a topic twice closes the first channel, with its own reference', async () => {
  const raw = await realtime.raw();
  const first = await raw.join('lobby');
  const second = await raw.join('lobby');
  expect(second.payload.status).toBe('ok');
  const closed = await raw.inbox.next(({ event }) => event === 'phx_close');
  expect(closed.joinRef).toBe(first.joinRef);
  // What was meant for the first channel does not reach the second.
  raw.send('realtime:lobby', 'phx_leave', {}, first.joinRef);
  await raw.heartbeat();
  expect(raw.inbox.all.filter(({ event }) => event === 'phx_close')).toHaveLength(1);
});

test('a topic without a name is refused', async () => {
  const { payload } = await (await realtime.raw()).join('');
  expect(payload).toEqual({
    status: 'error',
    response: { reason: 'TopicNameRequired: You must provide a topic name' },
  });
});

test('booleans sent as strings are understood', async () => {
  const raw = await realtime.raw();
  expect((await raw.join('region:west', { private: 'True' })).payload).toEqual({
    status: 'error',
    response: { reason: NO_PERMISSION },
  });
});

test('a secret or publishable key in place of a token counts as the key of the connection', async () => {
  const raw = await realtime.raw('2.0.0', await signToken(alice));
  expect((await raw.join('region:west', { private: true }, 'sb_publishable_x')).payload.status).toBe('ok');
});

test.each([
  ['no key', '/realtime/v1/websocket', 401, 'API key is missing'],
  ['a key that is no token', '/realtime/v1/websocket?apikey=x', 401, 'The token provided is not a valid JWT'],
  ['another path', '/realtime/v1/elsewhere?apikey=x', 404, 'Not found'],
  ['another version', '/realtime/v1/websocket?apikey=x&vsn=3.0.0', 403, 'The version 3.0.0 is not supported'],
])('a handshake with %s → HTTP error', async (_, path, status, error) => {
  const { get } = await import('node:http');
  const headers = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const answer = await new Promise<{ status?: number; body: string }>((resolve, reject) => {
    const request = get(`${realtime.url}${path}`, {
      headers: { ...headers, 'sec-websocket-key': Buffer.alloc(16).toString('base64') },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () =>
        resolve({ body, ...(response.statusCode ? { status: response.statusCode } : {}) }),
      );
    });
  });
  expect(answer).toEqual({ status, body: JSON.stringify({ error }) });
});

test('a handshake with an expired key → 401', async () => {
  const key = await signToken(null, { role: 'anon', expiresInSeconds: -1 });
  const raw = realtime.raw('2.0.0', key);
  await expect(raw).rejects.toThrow('401');
});
