import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createClient, type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import pg from 'pg';
import { createTestDatabase } from '../../testing/test-database.ts';
import { createRealtimeServer, type RealtimeServer, type RealtimeServerOptions } from '../realtime-server.ts';
import { Inbox } from './inbox.ts';
import { RawClient } from './raw-client.ts';

const SECRET = 'a-secret-of-the-tests-with-at-least-32-characters';

/** A Realtime server on a database of its own, behind a small HTTP server. */
export interface RealtimeHarness extends AsyncDisposable {
  readonly url: string;
  /** As `postgres`. */
  readonly db: pg.Client;
  /** As the superuser. */
  readonly admin: pg.Client;
  /** The connection string of `postgres`. */
  readonly databaseUrl: string;
  readonly lines: Inbox<string>;
  readonly anonKey: string;
  readonly server: RealtimeServer;
  /** Ends the server and starts another on the same port. */
  restart(): Promise<void>;
  client(accessToken?: () => string): SupabaseClient;
  raw(version?: '1.0.0' | '2.0.0', key?: string): Promise<RawClient>;
}

export interface TokenOptions {
  role?: string;
  expiresInSeconds?: number;
  secret?: string;
  claims?: Record<string, unknown>;
}

export function signToken(
  sub: string | null,
  { role = 'authenticated', expiresInSeconds = 3600, secret = SECRET, claims = {} }: TokenOptions = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  // Told apart even when they are made in one second.
  const jwt = new SignJWT({ role, jti: randomUUID(), ...(sub === null ? {} : { sub }), ...claims });
  return jwt
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + expiresInSeconds)
    .sign(Buffer.from(secret));
}

export async function startRealtimeHarness(
  options: Partial<RealtimeServerOptions> = {},
): Promise<RealtimeHarness> {
  const database = await createTestDatabase('platform');
  const lines = new Inbox<string>();
  const start = (): Promise<RealtimeServer> =>
    createRealtimeServer({
      databaseUrl: database.url('supabase_admin'),
      jwtSecret: SECRET,
      joinErrorDelayMs: 0,
      log: (line) => lines.push(line),
      ...options,
    });
  let server = await start();
  await server.ready;

  const sockets = new Set<Socket>();
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(
        ([name, value]) => [name, String(value)] as [string, string],
      );
      const body = Buffer.concat(chunks);
      const init = { method: request.method!, headers, ...(body.length > 0 ? { body } : {}) };
      void server.handleRequest(new Request(`http://localhost${request.url}`, init)).then(async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    });
  });
  http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head));
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  const db = new pg.Client({ connectionString: database.url() });
  const admin = new pg.Client({ connectionString: database.url('supabase_admin') });
  await Promise.all([db.connect(), admin.connect()]);
  // The tests' Postgres writes its WAL late, and the stream waits for it: five tests a second instead of fifty.
  await db.query('set synchronous_commit = on');
  const anonKey = await signToken(null, { role: 'anon' });
  const clients: SupabaseClient[] = [];
  const raws: RawClient[] = [];

  return {
    url,
    db,
    admin,
    databaseUrl: `${database.url()}?options=-c%20synchronous_commit%3Don`,
    lines,
    anonKey,
    get server() {
      return server;
    },
    async restart() {
      await server[Symbol.asyncDispose]();
      server = await start();
      await server.ready;
    },
    client(accessToken) {
      const realtime = { reconnectAfterMs: () => 20, timeout: 20_000 };
      const token = accessToken ? { accessToken: () => Promise.resolve(accessToken()) } : {};
      const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
      const client = createClient(url, anonKey, { realtime, ...(accessToken ? token : { auth }) });
      clients.push(client);
      return client;
    },
    async raw(version = '2.0.0', key = anonKey) {
      const raw = new RawClient(url.replace('http', 'ws'), key, version);
      raws.push(raw);
      return raw.open();
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) void client.realtime.disconnect();
      for (const raw of raws) raw[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
      const { rows } = await db.query(
        `select slot_name as leaked from pg_replication_slots where database = current_database()
         union all
         select application_name from pg_stat_activity
         where datname = current_database() and application_name like 'supabase_realtime%'`,
      );
      await Promise.all([db.end(), admin.end()]);
      const open = sockets.size;
      http.closeAllConnections();
      http.close();
      await database[Symbol.asyncDispose]();
      if (rows.length > 0) throw new Error(`left in the database: ${JSON.stringify(rows)}`);
      if (open > 0) await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
  };
}

/** Subscribes and collects every status from then on. */
export function statuses(channel: RealtimeChannel): Inbox<string> {
  const inbox = new Inbox<string>();
  channel.subscribe((status) => inbox.push(status));
  return inbox;
}

/** Subscribes and waits for the first status. */
export async function subscribe(channel: RealtimeChannel): Promise<{ status: string; error?: Error }> {
  return new Promise((resolve) =>
    channel.subscribe((status, error) => resolve({ status, ...(error ? { error } : {}) })),
  );
}

/** Everything a channel is sent, and its statuses. */
export function listen(channel: RealtimeChannel): Inbox<BroadcastMessage> {
  const inbox = new Inbox<BroadcastMessage>();
  channel.on('broadcast', { event: '*' }, (message) => inbox.push(message as BroadcastMessage));
  return inbox;
}

export interface BroadcastMessage {
  type: 'broadcast';
  event: string;
  payload: unknown;
  meta?: { id: string; replayed?: boolean };
}

/** Rights by table: who may hear a topic, and who may send to it. */
export const MEMBERS_SQL = `
  create table public.members (user_id uuid, topic text, writes boolean default false);
  grant select on public.members to authenticated;
  create policy "members hear their topics" on realtime.messages for select to authenticated
    using (exists (select from public.members m where m.user_id = auth.uid() and m.topic = realtime.topic()));
  create policy "writers send to their topics" on realtime.messages for insert to authenticated
    with check (exists (
      select from public.members m where m.user_id = auth.uid() and m.topic = realtime.topic() and m.writes
    ));
`;
