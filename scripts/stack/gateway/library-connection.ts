import { createPostgresConnection, type PostgresConnection } from '@supabase/lite/postgres';
import type postgres from 'postgres';
import { ConnectionPool } from './connection-pool.ts';

/** A connection of @supabase/lite that survives the death of Postgres. Disposing closes it. */
export interface LibraryConnection extends AsyncDisposable {
  readonly connection: PostgresConnection;
}

/** Gives the library at most `max` connections to `url`, opened when they are needed. */
export function createLibraryConnection(
  url: string,
  max: number,
  types: Record<string, postgres.PostgresType>,
): LibraryConnection {
  const connection = createPostgresConnection({
    url,
    // The driver prints notices to the console unless told otherwise.
    postgresOptions: { max, connect_timeout: 5, onnotice: () => {}, types },
  });
  const pool = new ConnectionPool(
    connection.driver.options as unknown as postgres.Options<Record<string, postgres.PostgresType>>,
    max,
  );
  Object.assign(connection.driver, { reserve: pool.reserve });
  return {
    connection,
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      await connection.close();
    },
  };
}
