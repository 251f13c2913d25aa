import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { ConnectionPool } from './connection-pool.ts';

let database: TestDatabase;
let pool: ConnectionPool;
let admin: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase('platform');
  admin = new pg.Client({ connectionString: database.url('supabase_admin') });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => {
  pool = new ConnectionPool(postgres(database.url()).options as never, 2);
});
afterEach(() => pool[Symbol.asyncDispose]());

type Connection = Awaited<ReturnType<ConnectionPool['reserve']>>;

async function pidOf(connection: Connection): Promise<number> {
  const [row] = (await connection.unsafe('select pg_backend_pid() as pid', [])) as { pid: number }[];
  return row!.pid;
}

/** Ends a backend and waits until it is gone. */
async function terminate(pid: number): Promise<void> {
  await admin.query('select pg_terminate_backend($1, 5000)', [pid]);
}

test('on a connection that was lost a statement is refused, whenever it comes, and ends nothing', async () => {
  const connection = await pool.reserve();
  await connection.unsafe('begin', []);
  const pid = await pidOf(connection);
  const running = connection.unsafe('select pg_sleep(30)', []);
  const refused = expect(running).rejects.toMatchObject({
    code: expect.stringMatching(/57P01|CONNECTION_CLOSED/) as string,
  });
  await vi.waitFor(async () => {
    const { rows } = await admin.query(`select state from pg_stat_activity where pid = $1`, [pid]);
    expect(rows).toEqual([{ state: 'active' }]);
  });
  await terminate(pid);
  await refused;
  await vi.waitFor(() =>
    expect(connection.unsafe('rollback', [])).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' }),
  );
  connection.release();
  expect(await pidOf(await pool.reserve())).not.toBe(pid);
});

test('an idle connection that was lost is not handed out again', async () => {
  const first = await pool.reserve();
  const pid = await pidOf(first);
  first.release();
  await terminate(pid);
  for (let n = 0; n < 5; n++) {
    const connection = await pool.reserve();
    expect(await pidOf(connection)).not.toBe(pid);
    connection.release();
  }
});

test('a connection is used again, and whoever comes when all are taken waits for one', async () => {
  const [first, second] = [await pool.reserve(), await pool.reserve()];
  const pids = [await pidOf(first), await pidOf(second)];
  const waiting = pool.reserve();
  second.release();
  expect(pids).toContain(await pidOf(await waiting));
});

test('a refused login → an error each time, and room for the next', async () => {
  await using closed = new ConnectionPool(
    postgres(database.url().replace('postgres:postgres', 'postgres:wrong')).options as never,
    1,
  );
  for (let n = 0; n < 3; n++) await expect(closed.reserve()).rejects.toMatchObject({ code: '28P01' });
});
