import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  listen,
  MEMBERS_SQL,
  signToken,
  startRealtimeHarness,
  statuses,
  type RealtimeHarness,
} from './testing/realtime-harness.ts';
import type { RawClient } from './testing/raw-client.ts';

let realtime: RealtimeHarness;
let member: string;
let topic: string;

beforeAll(async () => {
  realtime = await startRealtimeHarness();
  await realtime.db.query(MEMBERS_SQL);
});
afterAll(async () => realtime[Symbol.asyncDispose]());
beforeEach(async () => {
  member = randomUUID();
  topic = `region:${randomUUID()}`;
  await realtime.db.query('insert into public.members values ($1, $2)', [member, topic]);
});

async function joined(token: string): Promise<{ raw: RawClient; joinRef: string }> {
  const raw = await realtime.raw();
  const { joinRef, payload } = await raw.join(topic, { private: true }, token);
  expect(payload.status).toBe('ok');
  return { raw, joinRef: joinRef! };
}

async function closing({ raw }: { raw: RawClient }): Promise<unknown> {
  const system = await raw.inbox.next(({ event }) => event === 'system');
  const close = await raw.inbox.next(({ event }) => event === 'phx_close');
  expect(close.topic).toBe(`realtime:${topic}`);
  expect(system.payload).toMatchObject({ extension: 'system', status: 'error', channel: topic });
  return system.payload.message;
}

async function tell(event: string): Promise<void> {
  await realtime.db.query(`select realtime.send('{}', $1, $2)`, [event, topic]);
}

test('a channel whose token expires is closed, without anyone sending anything', async () => {
  const client = await joined(await signToken(member, { expiresInSeconds: 2 }));
  expect(await closing(client)).toMatch(/^Token has expired \d seconds ago$/);
  await tell('after');
  await client.raw.heartbeat();
  expect(client.raw.inbox.all.some(({ event }) => event === 'broadcast')).toBe(false);
});

test('a newer token in time keeps the channel beyond the end of the first', async () => {
  const client = await joined(await signToken(member, { expiresInSeconds: 2 }));
  const twin = await joined(await signToken(member, { expiresInSeconds: 2 }));
  const newer = await signToken(member);
  const refs = [
    client.raw.send(`realtime:${topic}`, 'access_token', { access_token: newer }, client.joinRef),
  ];
  // The twin's token ends later than the first: its closing shows that the time is over.
  await closing(twin);
  await tell('after');
  await client.raw.inbox.next(({ event }) => event === 'broadcast');
  expect(
    client.raw.inbox.all.filter(({ ref, event }) => refs.includes(ref ?? '') && event === 'phx_reply'),
  ).toEqual([]);
});

test('the official client sends a refreshed token by itself after setAuth', async () => {
  let token = await signToken(member, { expiresInSeconds: 2 });
  const client = realtime.client(() => token);
  await client.realtime.setAuth();
  const channel = client.channel(topic, { config: { private: true } });
  const heard = listen(channel);
  const status = statuses(channel);
  expect(await status.next()).toBe('SUBSCRIBED');
  const twin = await joined(await signToken(member, { expiresInSeconds: 2 }));
  token = await signToken(member);
  await client.realtime.setAuth();
  await closing(twin);
  await tell('after');
  expect((await heard.next()).event).toBe('after');
  expect(status.all).toEqual(['SUBSCRIBED']);
});

test('rights that are taken away stay until a changed token is sent; the same token changes nothing', async () => {
  const token = await signToken(member);
  const client = await joined(token);
  await realtime.db.query('delete from public.members where user_id = $1', [member]);
  await tell('still heard');
  await client.raw.inbox.next(({ event }) => event === 'broadcast');

  client.raw.send(`realtime:${topic}`, 'access_token', { access_token: token }, client.joinRef);
  client.raw.send(`realtime:${topic}`, 'access_token', { access_token: 'sb_publishable_x' }, client.joinRef);
  client.raw.send(`realtime:${topic}`, 'access_token', { access_token: null }, client.joinRef);
  await tell('still heard');
  await client.raw.inbox.next(({ event }) => event === 'broadcast');

  client.raw.send(
    `realtime:${topic}`,
    'access_token',
    { access_token: await signToken(member) },
    client.joinRef,
  );
  expect(await closing(client)).toBe(`You do not have permissions to read from this Channel topic: ${topic}`);
});

test('losing one of two rights to listen closes too', async () => {
  await realtime.db.query(`
    create table public.extensions (user_id uuid, extension text);
    grant select on public.extensions to authenticated;
    create policy "by extension" on realtime.messages for select to authenticated using (exists (
      select from public.extensions e where e.user_id = auth.uid() and e.extension = messages.extension))`);
  const both = randomUUID();
  await realtime.db.query(`insert into public.extensions values ($1, 'broadcast'), ($1, 'presence')`, [both]);
  const raw = await realtime.raw();
  const config = { private: true, presence: { enabled: true } };
  const { joinRef } = await raw.join(topic, config, await signToken(both));
  await realtime.db.query(`delete from public.extensions where extension = 'broadcast'`);
  raw.send(`realtime:${topic}`, 'access_token', { access_token: await signToken(both) }, joinRef);
  expect(await closing({ raw })).toBe(
    `You no longer have permission to read from this Channel topic: ${topic}`,
  );
});

test('the right to send is asked for anew with a changed token', async () => {
  const token = await signToken(member);
  const raw = await realtime.raw();
  const config = { private: true, broadcast: { ack: true } };
  const { joinRef } = await raw.join(topic, config, token);
  const message = { type: 'broadcast', event: 'x', payload: {} };
  const silent = raw.send(`realtime:${topic}`, 'broadcast', message, joinRef);
  await raw.ask(`realtime:${topic}`, 'presence', {}, joinRef);
  await realtime.db.query('update public.members set writes = true where user_id = $1', [member]);
  const cached = raw.send(`realtime:${topic}`, 'broadcast', message, joinRef);
  await raw.ask(`realtime:${topic}`, 'presence', {}, joinRef);
  raw.send(`realtime:${topic}`, 'access_token', { access_token: await signToken(member) }, joinRef);
  expect((await raw.ask(`realtime:${topic}`, 'broadcast', message, joinRef)).payload.status).toBe('ok');
  expect(raw.inbox.all.filter(({ ref }) => ref === silent || ref === cached)).toEqual([]);
});

test.each([
  ['expired', () => signToken(member, { expiresInSeconds: -5 }), /^Token has expired [56] seconds ago$/],
  ['forged', () => signToken(member, { secret: 'y'.repeat(32) }), /^Failed to validate JWT signature$/],
  ['malformed', () => Promise.resolve('x.y.z'), /^The token provided is not a valid JWT$/],
  ['of someone else', () => signToken(randomUUID()), /^You do not have permissions to read/],
])('a changed token that is %s closes the channel', async (_, token, reason) => {
  const client = await joined(await signToken(member));
  client.raw.send(`realtime:${topic}`, 'access_token', { access_token: await token() }, client.joinRef);
  expect(await closing(client)).toMatch(reason);
});
