import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createLocalKeys } from '../stack/gateway/local-keys.ts';
import { platformEnv } from '../stack/functions/platform-env.ts';
import { applyPlatform } from '../stack/platform.ts';
import type { PostgresServer } from '../stack/postgres.ts';
import { readProjectConfig } from '../stack/project-config.ts';
import { watchDrift } from './drift-notices.ts';
import { MortalFunction } from './mortal-function.ts';
import { createRelay } from './relay.ts';
import { createTcpForwarder, type TcpForwarder } from './tcp-forwarder.ts';

export const AIRTABLE_API_KEY = 'patChaos.0000000000000000';
const SYNC_SECRET = randomUUID();
/** A connection that is kept may belong to a process that has died since. */
export const ONE_CALL = { connection: 'close' };

/** A database and a function of its own, in which one scenario runs after the other. */
export interface Lane extends AsyncDisposable {
  readonly database: pg.Pool;
  readonly databaseUrl: string;
  readonly databaseName: string;
  readonly function: MortalFunction;
  /** Leads the function to the Airtable of the present scenario. */
  readonly airtable: TcpForwarder;
  /** Where that Airtable has to send its pings. */
  readonly notificationUrl: string;
  /** What the function wrote since the last time this was emptied. */
  readonly lines: string[];
  /** Calls the function as cron and automations do. */
  call(path: string, body?: unknown): Promise<{ status: number; json: unknown }>;
  /** No rows, and channels that begin at 0. */
  empty(): Promise<void>;
}

export async function createLane(postgres: PostgresServer, denoDir: string): Promise<Lane> {
  await using parts = new AsyncDisposableStack();
  const databaseName = `chaos_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: postgres.url('supabase_admin', 'template1') });
  await admin.connect();
  await admin
    .query(`create database ${databaseName} template postgres strategy file_copy owner postgres`)
    .finally(() => admin.end());
  // The settings of a database do not go along with a copy.
  await applyPlatform(postgres.url('supabase_admin', databaseName));
  const database = new pg.Pool({ connectionString: postgres.url('supabase_admin', databaseName), max: 4 });
  // A connection that is cut while nobody uses it is replaced by the pool.
  database.on('error', () => {});
  parts.defer(() => database.end());
  await watchDrift(database);

  const lines: string[] = [];
  const airtable = parts.use(await createTcpForwarder());
  const config = readProjectConfig().functions.find(({ name }) => name === 'airtable');
  if (!config) throw new Error('supabase/config.toml names no function airtable');
  const databaseUrl = postgres.url('postgres', databaseName);
  const relay = parts.use(await createRelay());
  const mortal = parts.use(
    new MortalFunction({
      config,
      denoDir,
      env: {
        ...platformEnv({ apiUrl: relay.url, databaseUrl, keys: await createLocalKeys() }),
        AIRTABLE_API_URL: `http://127.0.0.1:${airtable.port}`,
        AIRTABLE_API_KEY,
        // A limit that is kept by waiting would be all that a scenario does.
        AIRTABLE_REQUESTS_PER_SECOND: '1000',
        AIRTABLE_PAUSE_MS: '200',
        SYNC_SECRET,
      },
      onLine: (line) => lines.push(line),
    }),
  );
  relay.target = () => mortal.url();
  await mortal.url();
  const owned = parts.move();

  return {
    database,
    databaseUrl,
    databaseName,
    function: mortal,
    airtable,
    notificationUrl: `${relay.url}/functions/v1/airtable/webhook`,
    lines,
    async call(path, body = {}) {
      const response = await fetch(`${await mortal.url()}/airtable${path}`, {
        method: 'POST',
        headers: { ...ONE_CALL, 'content-type': 'application/json', 'x-sync-secret': SYNC_SECRET },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, json: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
    async empty() {
      // Not truncated: that makes each table and index a new file, 60 times what deleting these rows takes.
      const { rows } = await database.query<{ deletes: string }>(
        `select string_agg(format('delete from %I.%I;', schemaname, tablename), ' ') as deletes from pg_tables
         where schemaname in ('public', 'airtable', 'live', 'chaos') and (schemaname, tablename) not in
           (('live', 'channels'), ('public', 'credit_configurations'))`,
      );
      await database.query(`begin; set local session_replication_role = replica; delete from live.channels
        where name !~ '^(region:|network$|ops$|pool$|presence:)'; update live.channels set seq = 0;
        ${rows[0]?.deletes ?? ''} commit`);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
