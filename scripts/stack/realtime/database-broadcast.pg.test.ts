import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  listen,
  MEMBERS_SQL,
  signToken,
  startRealtimeHarness,
  statuses,
  subscribe,
  type BroadcastMessage,
  type RealtimeHarness,
} from './testing/realtime-harness.ts';
import type { Inbox } from './testing/inbox.ts';

let realtime: RealtimeHarness;
const member = randomUUID();

beforeAll(async () => {
  realtime = await startRealtimeHarness();
  await realtime.db.query(MEMBERS_SQL);
});
afterAll(async () => realtime[Symbol.asyncDispose]());

/** Joins a new room, or one that this member was in before. */
async function memberChannel(options: { replay?: { since: number; limit?: number }; name?: string } = {}) {
  const { replay, name = `region:${randomUUID()}` } = options;
  if (!options.name) await realtime.db.query(`insert into public.members values ($1, $2)`, [member, name]);
  const token = await signToken(member);
  const client = realtime.client(() => token);
  await client.realtime.setAuth();
  const broadcast = replay ? { replay } : {};
  const channel = client.channel(name, { config: { private: true, broadcast } });
  const heard = listen(channel);
  const status = statuses(channel);
  expect(await status.next()).toBe('SUBSCRIBED');
  return { name, heard, status };
}

async function send(topic: string, payload: unknown, event = 'changed'): Promise<void> {
  await realtime.db.query(`select realtime.send($1::jsonb, $2, $3)`, [JSON.stringify(payload), event, topic]);
}

async function events(heard: Inbox<BroadcastMessage>, last: string): Promise<string[]> {
  await heard.next(({ event }) => event === last);
  return heard.all.map(({ event }) => event);
}

test('realtime.send reaches those in the room, with the message id as payload.id and meta.id', async () => {
  const { name, heard } = await memberChannel();
  await send(name, { title: 'Pothole — "Main St" 🚧', nested: { n: [1, null] } });
  const message = await heard.next();
  const { rows } = await realtime.db.query<{ id: string }>(
    'select id from realtime.messages where topic = $1',
    [name],
  );
  const id = rows[0]!.id;
  expect(message).toEqual({
    type: 'broadcast',
    event: 'changed',
    payload: { id, title: 'Pothole — "Main St" 🚧', nested: { n: [1, null] } },
    meta: { id },
  });
});

test('a payload that has an id keeps it', async () => {
  const { name, heard } = await memberChannel();
  await send(name, { id: 'mine' });
  expect((await heard.next()).payload).toEqual({ id: 'mine' });
});

test('what a transaction sends is heard after its commit, in order; what is rolled back never', async () => {
  const { name, heard } = await memberChannel();
  await realtime.db.query('begin');
  await send(name, {}, 'rolled back');
  await realtime.db.query('rollback');
  await realtime.db.query('begin');
  await send(name, {}, 'first');
  await realtime.db.query('savepoint s');
  await send(name, {}, 'undone');
  await realtime.db.query('rollback to savepoint s');
  await send(name, {}, 'second');
  // A later commit that is streamed earlier shows that nothing of the open transaction was sent.
  const other = new pg.Client({ connectionString: realtime.databaseUrl });
  await other.connect();
  await other.query(`select realtime.send('{}', 'meanwhile', $1)`, [name]);
  await heard.next(({ event }) => event === 'meanwhile');
  await realtime.db.query('commit');
  await other.end();
  expect(await events(heard, 'second')).toEqual(['meanwhile', 'first', 'second']);
});

test('a message to a private topic does not reach the public room of that name, nor the other way round', async () => {
  const { name, heard } = await memberChannel();
  const open = realtime.client().channel(name);
  const inOpen = listen(open);
  await subscribe(open);
  await send(name, {}, 'private');
  await realtime.db.query(`select realtime.send('{}', 'public', $1, false)`, [name]);
  expect([await events(heard, 'private'), await events(inOpen, 'public')]).toEqual([['private'], ['public']]);
});

test('realtime.send_binary arrives as bytes', async () => {
  const { name, heard } = await memberChannel();
  await realtime.db.query(`select realtime.send_binary('\\x00ff10', 'bytes', $1)`, [name]);
  expect(new Uint8Array((await heard.next()).payload as ArrayBuffer)).toEqual(Uint8Array.of(0, 255, 16));
});

test('realtime.broadcast_changes in a trigger sends both rows', async () => {
  const { name, heard } = await memberChannel();
  await realtime.db.query(`
    create table public.notes (id int primary key, body text);
    create function public.tell() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
      perform realtime.broadcast_changes('${name}', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
      return null;
    end $$;
    create trigger tell after insert or update or delete on public.notes for each row execute function public.tell();
    insert into public.notes values (1, 'a');
    update public.notes set body = 'b';
    delete from public.notes;
  `);
  await heard.next(({ event }) => event === 'DELETE');
  expect(heard.all.map(({ payload }) => payload)).toMatchObject([
    { operation: 'INSERT', schema: 'public', table: 'notes', record: { id: 1, body: 'a' }, old_record: null },
    { operation: 'UPDATE', record: { id: 1, body: 'b' }, old_record: { id: 1, body: 'a' } },
    { operation: 'DELETE', record: null, old_record: { id: 1, body: 'b' } },
  ]);
});

test('a client of version 1.0.0 gets the same message as JSON', async () => {
  const name = `region:${randomUUID()}`;
  const raw = await realtime.raw('1.0.0');
  await raw.join(name);
  await realtime.db.query(`select realtime.send('{"id": "x", "a": "b"}', 'changed', $1, false)`, [name]);
  const message = await raw.inbox.next(({ event }) => event === 'broadcast');
  expect(message).toMatchObject({
    topic: `realtime:${name}`,
    payload: {
      type: 'broadcast',
      event: 'changed',
      payload: { id: 'x', a: 'b' },
      meta: { id: expect.any(String) as string },
    },
  });
});

test('replay: the last messages since a time, oldest first, and none of them again', async () => {
  const { name, heard: live } = await memberChannel();
  const before = Date.now() - 1000;
  for (const event of ['one', 'two', 'three']) await send(name, { event }, event);
  // The stream is past them: what comes now comes from the replay.
  expect(await events(live, 'three')).toEqual(['one', 'two', 'three']);
  const { heard } = await memberChannel({ name, replay: { since: before, limit: 2 } });
  await send(name, {}, 'live');
  expect(await events(heard, 'live')).toEqual(['two', 'three', 'live']);
  expect(heard.all.map(({ meta }) => meta)).toEqual([
    { id: expect.any(String) as string, replayed: true },
    { id: expect.any(String) as string, replayed: true },
    { id: expect.any(String) as string },
  ]);
  const { heard: later } = await memberChannel({ name, replay: { since: Date.now() + 60_000 } });
  await send(name, {}, 'live');
  expect(await events(later, 'live')).toEqual(['live']);
});

test('a message that is replayed and streamed afterwards comes once', async () => {
  const { name } = await memberChannel();
  await realtime.db.query('begin');
  // Committed for all to see, but streamed only when the WAL is written out, up to 200 ms later.
  await realtime.db.query('set local synchronous_commit = off');
  await send(name, {}, 'stored');
  await realtime.db.query('commit');
  const { heard } = await memberChannel({ name, replay: { since: Date.now() - 60_000 } });
  await send(name, {}, 'live');
  expect(await events(heard, 'live')).toEqual(['stored', 'live']);
  expect(heard.all[0]!.meta?.replayed).toBe(true);
});

test.each([
  [
    'a public channel',
    { private: false, broadcast: { replay: { since: 0 } } },
    'Replay is not allowed for public channels',
  ],
  [
    'a time that is none',
    { private: true, broadcast: { replay: { since: 'x' } } },
    'Replay params are not valid',
  ],
  ['nothing', { private: true, broadcast: { replay: {} } }, 'Replay params are not valid'],
])('replay of %s is refused', async (_, config, reason) => {
  const name = `region:${randomUUID()}`;
  await realtime.db.query(`insert into public.members values ($1, $2)`, [member, name]);
  const raw = await realtime.raw('2.0.0', await signToken(member));
  const { payload } = await raw.join(name, config);
  expect(payload).toEqual({ status: 'error', response: { reason: `UnableToReplayMessages: ${reason}` } });
});

test('no message falls between replay and live, and none comes twice, while someone keeps sending', async () => {
  const { name } = await memberChannel();
  const since = Date.now() - 1000;
  const sender = new pg.Client({ connectionString: realtime.databaseUrl });
  await sender.connect();
  let sent = 0;
  const sending = (async () => {
    while (sent < 20) await sender.query(`select realtime.send('{}', $2, $1)`, [name, String(++sent)]);
  })();
  const { heard } = await memberChannel({ name, replay: { since } });
  await sending;
  await sender.end();
  expect(await events(heard, '20')).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)));
});

test('a broken connection to Postgres comes back by itself, and messages flow again', async () => {
  const { name, heard } = await memberChannel();
  await send(name, {}, 'before');
  await heard.next();
  await realtime.admin.query(`select pg_terminate_backend(active_pid) from pg_replication_slots
    where database = current_database()`);
  await realtime.lines.next((line) => line.includes('messages_publication lost'));
  await realtime.server.ready;
  await send(name, {}, 'after');
  expect(await events(heard, 'after')).toEqual(['before', 'after']);
});

test('every connection to Postgres cut at once: joins and messages work again', async () => {
  const { name, heard } = await memberChannel();
  await realtime.admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'supabase_realtime%'`);
  await realtime.lines.next((line) => line.includes('messages_publication lost'));
  await realtime.server.ready;
  const second = await memberChannel({ name });
  await send(name, {}, 'after');
  expect([await events(heard, 'after'), await events(second.heard, 'after')]).toEqual([['after'], ['after']]);
});

test('the server restarts: the official client joins again by itself and hears what is sent from then on', async () => {
  const { name, heard, status } = await memberChannel();
  await send(name, {}, 'before');
  await heard.next();
  await realtime.restart();
  await status.next((now) => now === 'SUBSCRIBED');
  await send(name, {}, 'after');
  expect(await events(heard, 'after')).toEqual(['before', 'after']);
});

test('`replication_ready` is answered with a system message', async () => {
  const raw = await realtime.raw();
  await raw.join('lobby', { broadcast: { replication_ready: true } });
  const { payload } = await raw.inbox.next(({ event }) => event === 'system');
  expect(payload).toEqual({
    extension: 'system',
    status: 'ok',
    message: 'Replication connection established',
    channel: 'lobby',
  });
});
