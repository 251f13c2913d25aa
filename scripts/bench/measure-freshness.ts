import { setTimeout as wait } from 'node:timers/promises';
import postgres from 'postgres';
import type { Stack } from '../stack/create-stack.ts';
import { createLiveListener } from '../stack/testing/live-listener.ts';
import { quantile, type Measured } from './measured.ts';

const EDITS = 60;
const WARM_UP = 10;
/** Slower than Airtable's limit, which is not what is measured. */
const BETWEEN_MS = 260;

/** How long after an edit in the base its row is committed, and a client has it; beside the same row changed in Postgres. */
export async function measureFreshness(stack: Stack): Promise<Measured[]> {
  const sql = postgres(stack.env.DB_URL, { max: 1 });
  const owner = await createLiveListener(stack.env, 'owner@civstart.test');
  try {
    const [signal] = await sql<
      { airtable_id: string }[]
    >`select airtable_id from signals order by id limit 1`;
    const id = signal!.airtable_id;
    const committed: number[] = [];
    const heard: number[] = [];
    const floor: number[] = [];

    for (let n = 0; n < EDITS + WARM_UP; n++) {
      for (const from of ['base', 'postgres'] as const) {
        const title = `Edit ${n} from ${from}`;
        const hears = owner.hears(({ records }) => records?.[0]?.title === title);
        const start = performance.now();
        const arrives = hears.then(() => performance.now() - start);
        if (from === 'base') {
          stack.airtable.base.update('Signals', id, { Title: title });
          while (
            (await sql`select from signals where airtable_id = ${id} and title = ${title}`).length === 0
          );
          if (n >= WARM_UP) committed.push(performance.now() - start);
        } else await sql`update signals set title = ${title} where airtable_id = ${id}`;
        const took = await arrives;
        if (n >= WARM_UP) (from === 'base' ? heard : floor).push(took);
      }
      await wait(BETWEEN_MS);
    }

    const row = (name: string, value: number): Measured => ({ name, value, unit: 'ms' });
    return [
      row('edit in the base → committed, p50', quantile(committed, 0.5)),
      row('edit in the base → committed, p95', quantile(committed, 0.95)),
      row('edit in the base → at a client, p50', quantile(heard, 0.5)),
      row('edit in the base → at a client, p95', quantile(heard, 0.95)),
      row('update in Postgres → at a client, p50', quantile(floor, 0.5)),
      {
        name: 'base beside Postgres, p50',
        value: quantile(heard, 0.5) / quantile(floor, 0.5),
        unit: 'times',
      },
    ];
  } finally {
    await owner[Symbol.asyncDispose]();
    await sql.end();
  }
}
