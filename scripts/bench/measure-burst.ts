import postgres from 'postgres';
import type { Stack } from '../stack/create-stack.ts';
import { createLiveListener } from '../stack/testing/live-listener.ts';
import type { Measured } from './measured.ts';

const RECORDS = 10_000;

/** One bulk edit of thousands of records: how long until all rows are there, and how many messages it makes. */
export async function measureBurst(stack: Stack): Promise<Measured[]> {
  const sql = postgres(stack.env.DB_URL, { max: 1 });
  const owner = await createLiveListener(stack.env, 'owner@civstart.test');
  try {
    const { base } = stack.airtable;
    const start = performance.now();
    base.transaction((transaction) => {
      for (let n = 0; n < RECORDS; n++)
        transaction.create('Interactions', { Summary: `Burst ${n}`, Kind: 'Note' });
    });
    const done = async (): Promise<boolean> => {
      const [{ n }] = await sql<
        [{ n: number }]
      >`select count(*)::int as n from interactions where summary like 'Burst %'`;
      return n === RECORDS;
    };
    while (!(await done()));
    const seconds = (performance.now() - start) / 1000;
    const [{ messages, together }] = await sql<[{ messages: number; together: number }]>`
      select sum(n)::int as messages, max(n)::int as together from (
        select count(*) as n from live.changes where envelope ->> 'event' like 'interaction:%'
        group by xmin::text, channel, envelope ->> 'event') as t`;
    return [
      { name: `${RECORDS} new records → all rows committed`, value: seconds, unit: 's' },
      { name: `${RECORDS} new records, a second`, value: RECORDS / seconds, unit: 'rows/s' },
      { name: 'messages about them, in all', value: messages, unit: 'messages' },
      { name: 'messages of one transaction, channel and event', value: together, unit: 'messages' },
    ];
  } finally {
    await owner[Symbol.asyncDispose]();
    await sql.end();
  }
}
