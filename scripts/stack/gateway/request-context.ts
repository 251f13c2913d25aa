import type { PostgresConnection } from '@supabase/lite/postgres';

type Database = PostgresConnection['kysely'];

interface Vars {
  auth?: { uid?: string | null; role?: string; jwt?: object | null };
}

interface RpcRequest {
  method: string;
  path: string;
  requestHeaders?: Record<string, string>;
  readOnly: boolean;
}

/** By role: what `alter role … set statement_timeout` says. PostgREST applies it, though it logs in as another. */
export type StatementTimeouts = ReadonlyMap<string, string>;

/**
 * Makes the library tell Postgres who asks with one statement in place of six, which were the larger part of
 * a request. `timeouts` is asked at each request.
 */
export function setContextAtOnce(connection: PostgresConnection, timeouts: () => StatementTimeouts): void {
  replace(connection, 'applyJwtSessionContext', (db: Database, vars: Vars) => {
    const { uid, role = 'anon', jwt } = vars.auth ?? {};
    const timeout = timeouts().get(role);
    return setLocal(db, {
      role,
      'request.jwt.claim.sub': uid ?? '',
      'request.jwt.claim.role': role,
      ...(jwt ? { 'request.jwt.claims': JSON.stringify(jwt) } : {}),
      ...(timeout === undefined ? {} : { statement_timeout: timeout }),
    });
  });
  replace(connection, 'applyRpcRequestGucs', (db: Database, request: RpcRequest) =>
    setLocal(db, {
      'response.status': '',
      'response.headers': '',
      'request.method': request.method,
      'request.path': request.path,
      'request.headers': JSON.stringify(request.requestHeaders ?? {}),
    }),
  );
}

/**
 * The library would grant every table of every schema with row level security to anon, authenticated and
 * service_role, which opens what the migrations closed. `authenticator` may not grant anything; with this it
 * is not even tried.
 */
export function forbidGrants(connection: PostgresConnection): void {
  replace(connection, 'ensureRlsContext', () => Promise.resolve(true));
}

/** Fails when the library has no such method any more: an upgrade that renames it must not go unnoticed. */
function replace<T extends unknown[]>(
  connection: PostgresConnection,
  method: string,
  by: (...args: T) => Promise<unknown>,
): void {
  if (typeof Reflect.get(connection, method) !== 'function') {
    throw new Error(`@supabase/lite works in another way than before: it has no ${method}.`);
  }
  Reflect.set(connection, method, by);
}

async function setLocal(db: Database, settings: Record<string, string>): Promise<void> {
  await db
    .selectNoFrom((eb) =>
      Object.entries(settings).map(([name, value], index) =>
        eb.fn('set_config', [eb.val(name), eb.val(value), eb.lit(true)]).as(`s${index}`),
      ),
    )
    .execute();
}
