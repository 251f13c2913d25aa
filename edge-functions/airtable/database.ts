import postgres from 'postgres';
import { cleanText } from './normalize-cell.ts';
import { retry } from './retry.ts';

/** A pool of connections. `run` repeats what failed for a passing reason. */
export interface Database extends AsyncDisposable {
  readonly sql: postgres.Sql;
  /** For statements that may run twice: each is one transaction, and says itself whether it still applies. */
  run: <T>(statement: (sql: postgres.Sql) => PromiseLike<T>) => Promise<T>;
}

/** A deadlock, a serialization failure, a server that restarts, a connection that broke. */
const PASSING = new Set([
  '40P01',
  '40001',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08003',
  '08006',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
]);

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/** Whether the lease, the cursor or the scan is somebody else's by now. Nothing was written. */
export const isLost = (error: unknown): boolean => codeOf(error) === 'AL001';

/** Opens a small pool. `prepare` is off because the platform may put a transaction pooler in between. */
export function openDatabase(url: string): Database {
  const sql = postgres(url, {
    max: 6,
    prepare: false,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => {},
    // The question for array types comes before any statement, and nobody hears its answer: a connection that breaks
    // right then would end the process. Lists go in and out as JSON.
    fetch_types: false,
  });
  return {
    sql,
    run: (statement) =>
      retry(async () => statement(sql), {
        attempts: 5,
        firstWaitMs: 60,
        retries: (error) => PASSING.has(codeOf(error) ?? ''),
      }),
    [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }),
  };
}

const UNSTORABLE = /\\u0000|\\ud[89a-f]/i;

/** A parameter of type jsonb. Postgres refuses a zero character and half a surrogate pair anywhere in it. */
export function jsonParameter(sql: postgres.Sql, value: unknown): postgres.Parameter {
  const clean = UNSTORABLE.test(JSON.stringify(value)) ? cleaned(value) : value;
  return sql.json(clean as postgres.JSONValue);
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleaned(item)]));
}
