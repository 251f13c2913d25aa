import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { StreamedTransactions } from './streamed-transactions.ts';

test('waits while a streamed transaction is still in progress, and asks no more once it is over', async () => {
  await using database = await createTestDatabase('platform');
  const pool = new pg.Pool({ connectionString: database.url() });
  const open = await pool.connect();
  await open.query('begin');
  const { rows } = await open.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
  const lines: string[] = [];
  const streamed = new StreamedTransactions(pool, (line) => lines.push(line));
  await streamed.visible();

  streamed.add(Number(rows[0]!.xid));
  let over = false;
  const visible = streamed.visible().then(() => over);
  await pool.query('select 1');
  // Set before the commit is sent: had the wait ended early, it would have seen false.
  over = true;
  await open.query('commit');
  expect(await visible).toBe(true);
  open.release();
  await pool.end();
  // Nothing is left to ask: with the pool at its end a query would fail.
  await streamed.visible();
  expect(lines).toEqual([]);
});
