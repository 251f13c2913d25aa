import postgres from 'postgres';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../scripts/stack/testing/test-database.ts';
import { actingAs, addPerson } from './support/people.ts';

test('changes older than 72 hours go; who was away for longer is told to start anew', async () => {
  await using database = await createTestDatabase();
  const sql = postgres(database.url(), { max: 2, onnotice: () => {} });
  const owner = await addPerson(sql, 'Olive', 'owner');
  for (const name of ['old', 'older', 'new']) await sql`insert into startups (name) values (${name})`;
  await sql`update live.changes set at = now() - interval '73 hours' where channel = 'network' and seq <= 4`;

  await sql`select live.forget_old_changes()`;
  const kept = await sql<
    { seq: string }[]
  >`select seq from live.changes where channel = 'network' order by seq`;
  expect(kept.map((row) => Number(row.seq))).toEqual([5, 6]);

  const since = (seq: number) =>
    actingAs(sql, owner, (t) => t<{ answer: unknown }[]>`select changes_since('network', ${seq}) as answer`);
  expect((await since(3))[0]!.answer).toEqual({ reset: true, seq: 6 });
  expect((await since(4))[0]!.answer).toMatchObject({ changes: [{ seq: 5 }, { seq: 6 }], seq: 6 });
  await sql.end();
});
