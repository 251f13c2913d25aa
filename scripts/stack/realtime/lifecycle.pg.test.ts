import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../testing/test-database.ts';
import { createRealtimeServer } from './realtime-server.ts';
import { MEMBERS_SQL, signToken, startRealtimeHarness } from './testing/realtime-harness.ts';

const jwtSecret = 'x'.repeat(32);

test('a server whose database does not answer is not made', async () => {
  const databaseUrl = 'postgresql://supabase_admin:postgres@127.0.0.1:1/postgres';
  await expect(createRealtimeServer({ databaseUrl, jwtSecret })).rejects.toThrow(/ECONNREFUSED/);
});

test('a server that is stopped while it waits for its slot leaves nothing behind', async () => {
  await using database = await createTestDatabase('platform');
  const client = new pg.Client({ connectionString: database.url('supabase_admin') });
  await client.connect();
  await client.query('begin');
  // A slot waits for every open transaction that writes.
  await client.query('create table public.t (id int)');
  const server = await createRealtimeServer({ databaseUrl: database.url('supabase_admin'), jwtSecret });
  const { ready } = server;
  const waiting = `select from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock' and application_name like 'supabase_realtime_%'`;
  while ((await client.query(waiting)).rowCount === 0) await client.query('select pg_stat_clear_snapshot()');
  await server[Symbol.asyncDispose]();
  await expect(ready).rejects.toThrow(/was stopped/);
  const { rows } = await client.query('select from pg_replication_slots where database = current_database()');
  expect(rows).toEqual([]);
  await client.end();
});

test('a partition that is missing by the time someone joins is made', async () => {
  await using realtime = await startRealtimeHarness();
  await realtime.db.query(MEMBERS_SQL);
  const member = randomUUID();
  await realtime.db.query(`insert into public.members values ($1, 'room')`, [member]);
  const today = `realtime.messages_${new Date().toISOString().slice(0, 10).replaceAll('-', '_')}`;
  await realtime.admin.query(`drop table ${today}`);
  const raw = await realtime.raw();
  const { joinRef, payload } = await raw.join('room', { private: true }, await signToken(member));
  expect(payload.status).toBe('ok');
  expect(joinRef).not.toBeNull();
  await realtime.db.query(`select realtime.send('{}', 'stored', 'room')`);
  const { payload: message } = await raw.inbox.next(({ event }) => event === 'broadcast');
  expect(message.event).toBe('stored');
});

test('a client that does not read is cut off before it fills the memory, the others are served', async () => {
  await using realtime = await startRealtimeHarness({
    limits: { bufferedBytes: 1_000_000, messagesPerSecond: 1e9 },
  });
  const [slow, quick] = [await realtime.raw(), await realtime.raw()];
  await slow.join('t');
  await quick.join('t');
  slow.webSocket.pause();
  const body = JSON.stringify({ text: 'x'.repeat(500_000) });
  const headers = { apikey: realtime.anonKey, 'content-type': 'application/json' };
  const cutOff = realtime.lines.next((line) => line.includes('bytes unsent, cut off')).then(() => 'cut off');
  for (let done: unknown = null; done !== 'cut off';) {
    const sent = fetch(`${realtime.url}/realtime/v1/api/broadcast/t/events/e`, {
      method: 'POST',
      headers,
      body,
    });
    const heard = quick.inbox.next(({ event }) => event === 'broadcast');
    await sent;
    await heard;
    done = await Promise.race([cutOff, Promise.resolve()]);
  }
  slow.webSocket.resume();
  await slow.closed;
  await quick.heartbeat();
});

test("two servers on one database do not get in each other's way", async () => {
  await using realtime = await startRealtimeHarness();
  await using second = await createRealtimeServer({
    databaseUrl: realtime.databaseUrl.replace('//postgres:', '//supabase_admin:'),
    jwtSecret,
  });
  await second.ready;
  const raw = await realtime.raw();
  await raw.join('t');
  await realtime.db.query(`select realtime.send('{}', 'e', 't', false)`);
  await raw.inbox.next(({ event }) => event === 'broadcast');
});
