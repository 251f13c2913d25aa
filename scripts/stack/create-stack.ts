import { join } from 'node:path';
import { createAirtableSimulator, type AirtableSimulator } from '../airtable-simulator/airtable-simulator.ts';
import { connectAirtable } from '../airtable/connect-airtable.ts';
import { DEMO_PASSWORD } from '../seed/people.ts';
import { choosePorts, type StackPorts } from './choose-ports.ts';
import { createFunctionServer, type FunctionServer } from './functions/create-function-server.ts';
import { platformEnv } from './functions/platform-env.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { loadLocalKeys } from './gateway/local-keys.ts';
import { applyPlatform } from './platform.ts';
import { createPostgres, type PostgresServer } from './postgres.ts';
import { prepareDatabase } from './prepare-database.ts';
import { readProjectConfig } from './project-config.ts';
import { createRealtimeServer } from './realtime/realtime-server.ts';
import { startScheduler } from './scheduler.ts';
import { writeStackEnv, type StackEnv } from './stack-env.ts';
import { LockHeldError, takeLock, type Lock } from './take-lock.ts';
import { buildWeb } from './web/build-web.ts';
import { createWebServer, type WebServer } from './web/create-web-server.ts';

export interface StackOptions {
  /** Where keys, database and base are kept between runs. */
  stateDir: string;
  /** 0 takes a free one. */
  ports?: Partial<StackPorts>;
  /** `none` for tests that need no page. */
  web?: 'build' | 'dev' | 'none';
  /** Start the function anew when its files change. */
  watch?: boolean;
  /** Trades durability for speed. For tests. */
  unsafeFast?: boolean;
  /** Airtable's 5 requests a second: the simulator holds to them, and the function too. Off only to measure without. */
  rateLimit?: boolean;
  /** Called as each part comes up, with the seconds it took. */
  onProgress?: (part: string, seconds: number) => void;
  onLine?: (line: string) => void;
}

/** A running system. Disposing ends everything that it started. */
export interface Stack extends AsyncDisposable {
  readonly env: StackEnv;
  readonly postgres: PostgresServer;
  readonly functions: FunctionServer;
  readonly airtable: AirtableSimulator;
  /** Settles with what happened when a part that the others need has ended. */
  readonly broken: Promise<string>;
}

const AIRTABLE_BASE_ID = 'appCivStartLocal1';
const AIRTABLE_API_KEY = 'patLocalSimulator.0000000000000000';

/** Two stacks on one folder would share one database's files. */
function lockState(stateDir: string): Lock {
  try {
    return takeLock(join(stateDir, 'stack.pid'));
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error;
    throw new Error(
      `A stack already runs on ${stateDir} (process ${error.pid}). Stop it first, or choose another folder with --dir.`,
      { cause: error },
    );
  }
}

/** Starts the whole system on this machine: Postgres, REST, Auth, Realtime, the function in Deno, the base, the page. */
export async function createStack(options: StackOptions): Promise<Stack> {
  const { stateDir, onProgress, onLine = () => {} } = options;
  const mode = options.web ?? 'build';
  const parts = new AsyncDisposableStack();
  const timed = async <T>(part: string, work: Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work;
    onProgress?.(part, (performance.now() - startedAt) / 1000);
    return result;
  };

  try {
    const lock = parts.use(lockState(stateDir));
    if (lock.leftBehind) onLine('The last run did not end by itself. Its data are kept.');
    const ports = await choosePorts(options.ports ?? {}, mode !== 'none');
    const keys = await loadLocalKeys(join(stateDir, 'keys.json'));
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const project = readProjectConfig();
    const built = mode === 'build' ? timed('web app built', buildWeb()) : Promise.resolve(undefined);
    built.catch(() => {}); // Awaited below, where its failure is told.

    const postgres = parts.use(
      await timed(
        'Postgres',
        createPostgres({
          dataDir: join(stateDir, 'postgres'),
          port: ports.db,
          unsafeFast: options.unsafeFast ?? false,
          onLine: (line) => onLine(`postgres: ${line}`),
        }),
      ),
    );
    await applyPlatform(postgres.url('supabase_admin'));
    // Before the seed: what the database tells has to find a partition to be told in.
    const realtime = parts.use(
      await timed(
        'Realtime',
        createRealtimeServer({
          databaseUrl: postgres.url('supabase_admin'),
          jwtSecret: keys.jwtSecret,
          log: onLine,
        }),
      ),
    );
    await timed('migrations and seed', prepareDatabase(postgres.url()));

    const simulator = parts.use(
      await timed(
        'Airtable simulator',
        createAirtableSimulator({
          port: ports.airtable,
          stateDir: join(stateDir, 'airtable'),
          apiKey: AIRTABLE_API_KEY,
          baseId: AIRTABLE_BASE_ID,
          rateLimit: options.rateLimit ?? true,
          log: (line) => onLine(`airtable: ${line}`),
        }),
      ),
    );
    const functions = parts.use(
      createFunctionServer({
        functions: project.functions,
        env: {
          ...platformEnv({ apiUrl, databaseUrl: postgres.url(), keys }),
          AIRTABLE_API_URL: simulator.url,
          AIRTABLE_API_KEY,
          SYNC_SECRET: keys.syncSecret,
          ...(options.rateLimit === false && { AIRTABLE_REQUESTS_PER_SECOND: '1000' }),
        },
        denoDir: join(stateDir, 'deno'),
        watch: options.watch ?? false,
        log: onLine,
      }),
    );
    parts.use(
      await timed(
        'REST and Auth',
        createGateway({
          port: ports.api,
          postgres: {
            authenticatorUrl: postgres.url('authenticator'),
            authAdminUrl: postgres.url('supabase_auth_admin'),
            listenUrl: postgres.url(),
          },
          keys,
          project,
          realtime,
          functions,
          siteUrl: `http://127.0.0.1:${ports.web}`,
          log: onLine,
        }),
      ),
    );
    await timed('edge function in Deno', functions.ready);
    await realtime.ready;

    const functionsUrl = `${apiUrl}/functions/v1`;
    await connectAirtable({
      apiUrl: simulator.url,
      apiKey: AIRTABLE_API_KEY,
      baseId: AIRTABLE_BASE_ID,
      databaseUrl: postgres.url(),
      notificationUrl: `${functionsUrl}/airtable/webhook`,
    });
    parts.use(
      startScheduler({ functionsUrl, syncSecret: keys.syncSecret, databaseUrl: postgres.url(), onLine }),
    );

    const build = await built;
    let web: WebServer | undefined;
    if (mode !== 'none') {
      web = parts.use(
        await timed(
          'web app',
          createWebServer({
            port: ports.web,
            build,
            env: {
              PUBLIC_SUPABASE_URL: apiUrl,
              PUBLIC_SUPABASE_PUBLISHABLE_KEY: keys.publishableKey,
              PUBLIC_DEMO_PASSWORD: DEMO_PASSWORD,
              PUBLIC_AIRTABLE_URL: simulator.url,
            },
            onLine: (line) => onLine(`web: ${line}`),
          }),
        ),
      );
    }

    const env: StackEnv = {
      API_URL: apiUrl,
      DB_URL: postgres.url(),
      FUNCTIONS_URL: functionsUrl,
      PUBLISHABLE_KEY: keys.publishableKey,
      SECRET_KEY: keys.secretKey,
      ANON_KEY: keys.anonKey,
      SERVICE_ROLE_KEY: keys.serviceRoleKey,
      JWT_SECRET: keys.jwtSecret,
      WEB_URL: `http://127.0.0.1:${ports.web}`,
      AIRTABLE_API_URL: simulator.url,
      AIRTABLE_API_KEY,
      AIRTABLE_BASE_ID,
      SYNC_SECRET: keys.syncSecret,
      DEMO_PASSWORD,
    };
    writeStackEnv(stateDir, env);

    const broken = Promise.race([
      postgres.exited.then(({ signal, code }) => `Postgres has ended (${signal ?? `code ${code}`})`),
      ...(web
        ? [web.exited.then(({ signal, code }) => `The web app has ended (${signal ?? `code ${code}`})`)]
        : []),
    ]);
    return {
      env,
      postgres,
      functions,
      airtable: simulator,
      broken,
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}
