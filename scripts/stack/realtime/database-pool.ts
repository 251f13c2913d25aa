import { once } from 'node:events';
import { Pool } from 'pg';

const POOL_SIZE = 8;

/** The connections that rights are asked on. */
export interface DatabasePool extends AsyncDisposable {
  readonly pool: Pool;
}

/** Disposing resolves when every connection is closed; the pool's own end only begins to close them. */
export function createDatabasePool(databaseUrl: string, log: (line: string) => void): DatabasePool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    application_name: 'supabase_realtime',
  });
  let open = 0;
  pool.on('connect', () => open++);
  pool.on('remove', () => open--);
  pool.on('error', (error) => log(`database connection lost: ${error.message}`));
  return {
    pool,
    async [Symbol.asyncDispose]() {
      await pool.end();
      while (open > 0) await once(pool, 'remove');
    },
  };
}
