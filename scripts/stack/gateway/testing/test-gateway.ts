import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../create-gateway.ts';
import { createLocalKeys, type LocalKeys } from '../local-keys.ts';

/** A gateway over a database of its own. */
export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly database: TestDatabase;
  readonly keys: LocalKeys;
  readonly lines: string[];
  client(key?: string): SupabaseClient;
  /** Runs SQL as `postgres`, as a migration would. */
  sql(text: string, values?: unknown[]): Promise<pg.QueryResult>;
}

/** Runs `schema` as a migration in a bare project, then starts a gateway on a free port. */
export async function createTestGateway(
  schema: string,
  options: Partial<GatewayOptions> = {},
): Promise<TestGateway> {
  await using parts = new AsyncDisposableStack();
  const database = parts.use(await createTestDatabase('platform'));
  const sql = async (text: string, values?: unknown[]): Promise<pg.QueryResult> => {
    const client = new pg.Client({ connectionString: database.url() });
    await client.connect();
    return client.query(text, values).finally(() => client.end());
  };
  await sql(schema);
  const keys = await createLocalKeys();
  const lines: string[] = [];
  const gateway = parts.use(
    await createGateway({
      port: 0,
      postgres: {
        authenticatorUrl: database.url('authenticator'),
        authAdminUrl: database.url('supabase_auth_admin'),
        listenUrl: database.url(),
      },
      keys,
      project: { enableSignup: true, jwtExpiryS: 3600, maxRows: 10 },
      realtime: {
        ready: Promise.resolve(),
        handleUpgrade: (_request, socket) => socket.destroy(),
        handleRequest: () => Promise.resolve(new Response(null, { status: 404 })),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
      functions: { names: [], url: () => undefined },
      siteUrl: 'http://127.0.0.1:5173',
      log: (line) => lines.push(line),
      ...options,
    }),
  );
  const owned = parts.move();
  return {
    gateway,
    database,
    keys,
    lines,
    sql,
    client: (key = keys.publishableKey) =>
      createClient(gateway.url, key, { auth: { persistSession: false, autoRefreshToken: false } }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
