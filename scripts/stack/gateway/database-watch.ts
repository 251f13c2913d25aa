import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface DatabaseWatchOptions {
  url: string;
  /** Called when somebody asked for it on channel `pgrst`, and after each reconnection. Must not reject. */
  onSchemaChange: () => Promise<void>;
  onLine: (line: string) => void;
}

/** One connection that knows at every moment whether Postgres answers, and hears of schema changes. */
export interface DatabaseWatch extends AsyncDisposable {
  readonly isUp: boolean;
  /** Asks Postgres itself. For the moment in which the loss of the connection has not come through yet. */
  probe(): Promise<boolean>;
}

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;

/** Connects and listens; rejects when Postgres cannot be reached now. Later losses are repaired in the background. */
export async function createDatabaseWatch(options: DatabaseWatchOptions): Promise<DatabaseWatch> {
  const { url, onLine } = options;
  const stopping = new AbortController();
  const schemaChanged = coalesce(options.onSchemaChange);
  let client: pg.Client | undefined;
  let repair: Promise<void> | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'gateway watch',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next));
    next.on('notification', ({ payload }) => {
      if (payload === undefined || payload === '' || payload.startsWith('reload')) schemaChanged();
    });
    try {
      await next.connect();
      await next.query('listen pgrst');
    } catch (error) {
      void next.end().catch(() => {});
      throw error;
    }
    client = next;
  };

  const lost = (which: pg.Client, error?: Error): void => {
    if (which !== client || stopping.signal.aborted) return;
    client = undefined;
    onLine(`gateway: Postgres is gone${error ? ` (${error.message})` : ''}; waiting for its return`);
    repair = reconnect();
  };

  const reconnect = async (): Promise<void> => {
    for (let wait = FIRST_RETRY_MS; !stopping.signal.aborted; wait = Math.min(wait * 2, MAX_RETRY_MS)) {
      try {
        await connect();
        onLine('gateway: Postgres is back');
        schemaChanged();
        return;
      } catch {
        await delay(wait, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  };

  await connect();
  return {
    get isUp() {
      return client !== undefined;
    },
    async probe() {
      try {
        await client?.query('select 1');
        return client !== undefined;
      } catch {
        return false;
      }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await repair;
      await client?.end();
    },
  };
}

/** Runs `task` at most once at a time; calls in the meantime become one more run. A migration makes many. */
function coalesce(task: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await task();
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
