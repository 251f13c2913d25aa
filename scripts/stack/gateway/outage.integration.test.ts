import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { createClient } from '@supabase/supabase-js';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../free-port.ts';
import { applyPlatform } from '../platform.ts';
import { createPostgres, type PostgresServer } from '../postgres.ts';
import { createGateway, type GatewayOptions } from './create-gateway.ts';
import { createLocalKeys } from './local-keys.ts';
import { seedUser } from './testing/seed-user.ts';

const folder = mkdtempSync('/tmp/civstart-outage-');
const PASSWORD = 'correct horse battery';
let postgres: PostgresServer;
let options: GatewayOptions;

// Durable, unlike in other tests: a session that was answered for must be there after the kill.
const startPostgres = (port: number): Promise<PostgresServer> =>
  createPostgres({ dataDir: `${folder}/data`, port });

async function sql(text: string, values?: unknown[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  return client.query(text, values).finally(() => client.end());
}

beforeAll(async () => {
  postgres = await startPostgres(await freePort());
  await applyPlatform(postgres.url('supabase_admin'));
  await sql('create table public.notes (id int); insert into public.notes values (1)');
  await seedUser({ sql }, 'west@civstart.test', PASSWORD);
  options = {
    port: 0,
    postgres: {
      authenticatorUrl: postgres.url('authenticator'),
      authAdminUrl: postgres.url('supabase_auth_admin'),
      listenUrl: postgres.url(),
    },
    keys: await createLocalKeys(),
    project: { enableSignup: false, jwtExpiryS: 3600, maxRows: 1000 },
    realtime: {
      ready: Promise.resolve(),
      handleUpgrade: (_request, socket) => socket.destroy(),
      handleRequest: () => Promise.resolve(new Response(null, { status: 404 })),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    functions: { names: [], url: () => undefined },
    siteUrl: 'http://127.0.0.1:5173',
  };
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('while Postgres is killed and away, REST and Auth answer 503 in JSON; when it is back they serve, with the new schema', async () => {
  await using gateway = await createGateway(options);
  const client = createClient(gateway.url, options.keys.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const signIn = (): ReturnType<typeof client.auth.signInWithPassword> =>
    client.auth.signInWithPassword({ email: 'west@civstart.test', password: PASSWORD });
  const ask = async (): Promise<number> => (await fetch(`${gateway.url}/auth/v1/user`, { headers })).status;
  const headers = {
    apikey: options.keys.publishableKey,
    authorization: `Bearer ${(await signIn()).data.session!.access_token}`,
  };
  const serviceHeaders = {
    apikey: options.keys.secretKey,
    authorization: `Bearer ${options.keys.secretKey}`,
  };
  const service = createClient(gateway.url, options.keys.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  expect((await service.from('notes').select()).data).toEqual([{ id: 1 }]);
  expect(await ask()).toBe(200);

  // Postgres goes while it works on these: none hangs or breaks off.
  const blocker = new pg.Client({ connectionString: postgres.url('supabase_admin') });
  blocker.on('error', () => {});
  await blocker.connect();
  await blocker.query('begin; lock table public.notes, auth.users in access exclusive mode');
  const inFlight = Promise.all(
    ['/rest/v1/notes', '/auth/v1/user', '/auth/v1/admin/users'].map(async (path) => {
      const response = await fetch(gateway.url + path, {
        headers: path.includes('admin') ? serviceHeaders : headers,
      });
      const body: unknown = await response.json();
      return { path, status: response.status, body };
    }),
  );
  await vi.waitFor(async () => {
    const { rows } = await blocker.query('select count(*)::int as waiting from pg_locks where not granted');
    expect(rows).toEqual([{ waiting: 3 }]);
  });
  process.kill(postgres.pid, 'SIGKILL');
  const body = { message: expect.stringContaining('not running') as string };
  expect(await inFlight).toMatchObject([
    { status: 503, body },
    { status: 503, body },
    { status: 503, body },
  ]);
  await postgres.exited;
  await vi.waitFor(async () => expect(await ask()).toBe(503));
  const down = await service.from('notes').select();
  expect(down).toMatchObject({
    status: 503,
    error: { message: expect.stringContaining('not running') as string },
  });

  postgres = await startPostgres(postgres.port);
  await vi.waitFor(async () => expect(await ask()).toBe(200), { timeout: 10_000 });
  expect((await signIn()).error).toBeNull();
  await sql('create table public.after (id int); insert into public.after values (2)');
  await vi.waitFor(async () => expect((await service.from('after').select()).data).toEqual([{ id: 2 }]));
});

test('without Postgres, on a taken port, or on an outside address, it does not start and says why', async () => {
  const nowhere = `postgresql://postgres:x@127.0.0.1:${await freePort()}/postgres`;
  await expect(
    createGateway({ ...options, postgres: { ...options.postgres, listenUrl: nowhere } }),
  ).rejects.toThrow(/ECONNREFUSED/);
  await expect(createGateway({ ...options, host: '0.0.0.0' })).rejects.toThrow('this machine only');
  const other = createServer();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as { port: number };
  await expect(createGateway({ ...options, port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`);
  other.close();
});

test('disposing leaves no connection to Postgres and frees the port', async () => {
  const gateway = await createGateway(options);
  await fetch(`${gateway.url}/auth/v1/settings`, { headers: { apikey: options.keys.publishableKey } });
  await gateway[Symbol.asyncDispose]();
  await expect(fetch(gateway.url)).rejects.toThrow();
  await vi.waitFor(async () => {
    const { rows } = await sql(
      `select usename from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    expect(rows).toEqual([]);
  });
});
