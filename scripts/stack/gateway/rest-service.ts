import { App, type IntrospectResult } from '@supabase/lite';
import type { PostgresConnection } from '@supabase/lite/postgres';
import { roleOfKey, verifyToken } from './api-keys.ts';
import { JSON_TYPES } from './json-types.ts';
import { createLibraryConnection } from './library-connection.ts';
import type { LocalKeys } from './local-keys.ts';
import { quietly } from './quiet-console.ts';
import { forbidGrants, setContextAtOnce, type StatementTimeouts } from './request-context.ts';
import { databaseIsDown, isDatabaseError, isLostConnection, postgrestError } from './postgrest-error.ts';

export interface RestServiceOptions {
  /** As `authenticator`, which has no rights but to become anon, authenticated or service_role. */
  authenticatorUrl: string;
  /** As a role that sees every table of `public`: the catalog's views hide from authenticator what it may not read. */
  catalogUrl: string;
  keys: LocalKeys;
  maxRows: number;
  onLine: (line: string) => void;
}

/** `/rest/v1` with PostgREST's behaviour. */
export interface RestService extends AsyncDisposable {
  fetch(request: Request): Promise<Response>;
  /** Reads tables, relations and functions anew. */
  refreshSchema(): Promise<void>;
}

const MAX_CONNECTIONS = 20;

/** Codes whose answer needs more than the error: a status chosen by the function, or a column's full name. */
const LEFT_TO_LIBRARY = /^(PT|PGRST|42703)/;

/** Starts PostgREST's stand-in and reads the schema once. */
export async function createRestService(options: RestServiceOptions): Promise<RestService> {
  const { authenticatorUrl, catalogUrl, keys, maxRows, onLine } = options;
  await using parts = new AsyncDisposableStack();
  const { connection: catalog } = parts.use(createLibraryConnection(catalogUrl, 1, JSON_TYPES));
  const { connection } = parts.use(createLibraryConnection(authenticatorUrl, MAX_CONNECTIONS, JSON_TYPES));
  forbidGrants(connection);
  let timeouts: StatementTimeouts = new Map();
  setContextAtOnce(connection, () => timeouts);

  let schema: IntrospectResult;
  const refreshSchema = async (): Promise<void> => {
    schema = await readSchema(catalog);
    timeouts = await readTimeouts(catalog);
  };
  connection.introspect = () => Promise.resolve(schema);

  const query = connection.withContext.bind(connection);
  connection.withContext = async (vars, run, opts) => {
    try {
      return await query(vars, run, opts);
    } catch (error) {
      if (isLostConnection(error)) return databaseIsDown() as never;
      if (!isDatabaseError(error) || LEFT_TO_LIBRARY.test(error.code)) throw error;
      return postgrestError(error, roleOf(vars)) as never;
    }
  };

  const app = new App({
    connection,
    api: {
      enabled: true,
      schemas: ['public'],
      extra_search_path: ['public', 'extensions'],
      max_rows: maxRows,
    },
    auth: { enabled: false, jwt_secret: keys.jwtSecret },
    db: { migrations: { enabled: false } },
    storage: { enabled: false },
    studio: { enabled: false },
    options: {
      server: {
        disableStudio: true,
        middlewares: [
          // The library asks its Auth service about every bearer it has not heard of, and there is none here:
          // like PostgREST, this one believes the signature.
          async (c, next) => {
            const bearer = c.req.header('authorization')?.match(/^Bearer (.+)$/)?.[1];
            const claims = bearer === undefined ? undefined : await verifyToken(bearer, keys);
            if (typeof claims?.sub === 'string') {
              c.set('userId', claims.sub);
              c.set('sessionId', typeof claims.session_id === 'string' ? claims.session_id : 'none');
            }
            await next();
          },
        ],
        apiKeys: {
          resolver: (key) => {
            const role = roleOfKey(key, keys);
            if (role === undefined) return Promise.resolve(null);
            return Promise.resolve({
              type: role === 'anon' ? 'publishable' : 'secret',
              claims: { role },
            });
          },
        },
      },
    },
  });
  await refreshSchema();
  await app.init();

  const owned = parts.move();
  return {
    fetch: async (request) =>
      quietly(
        (line) => onLine(`rest: ${line}`),
        () => app.fetch(request),
      ),
    refreshSchema,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function readSchema(catalog: PostgresConnection): Promise<IntrospectResult> {
  // The library answers a failed read with an empty schema. This makes an unreachable server throw first.
  await catalog.exec('select 1');
  const schema = await catalog.introspect({ useCache: false });
  if (schema.functions === undefined) throw new Error('The schema could not be read from Postgres.');
  return schema;
}

async function readTimeouts(catalog: PostgresConnection): Promise<StatementTimeouts> {
  const { rows } = await catalog.exec<{ rows: { role: string; timeout: string }[] }>(
    `select rolname as role, split_part(setting, '=', 2) as timeout
     from pg_catalog.pg_roles, unnest(rolconfig) setting
     where setting like 'statement_timeout=%'`,
  );
  return new Map(rows.map(({ role, timeout }) => [role, timeout]));
}

function roleOf(vars: Record<string, unknown> | undefined): string {
  const auth = vars?.auth as { role?: string } | undefined;
  return auth?.role ?? 'anon';
}
