import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMirroredSignals, signal, T2, type MirroredSignals } from './support/mirrored-signals.ts';

let signals: MirroredSignals;
let sql: postgres.Sql;

beforeAll(async () => {
  signals = await createMirroredSignals();
  ({ sql } = signals);
});
afterAll(() => signals[Symbol.asyncDispose]());
beforeEach(async () => {
  await signals.reset();
  await signals.log([signal({ title: 'A', urgency: 'low' }, { created: true })]);
  await signals.longAgo();
});

/** As another process notes what it saw of the schema: the urgency is not there any more. */
async function notice(): Promise<void> {
  const title = { table_id: 'tblSignals', field_id: 'fldTitle', type: 'singleLineText' };
  await sql`select airtable.note_schema('appTest', ${sql.json([title])})`;
}

describe('cells that were read before the drift of their field was noticed', () => {
  test('in a page of the log → left out; its other cells are written', async () => {
    await notice();
    await signals.log([signal({ title: 'B', urgency: 'high' }, { edited_at: T2 })]);
    expect(await signals.row()).toMatchObject({ title: 'B', urgency: 'low' });
  });

  test('in a snapshot → left out; its other cells are written', async () => {
    const readAt = await signals.now();
    await notice();
    await signals.snapshot(readAt, [signal({ title: 'B', urgency: null })]);
    expect(await signals.row()).toMatchObject({ title: 'B', urgency: 'low' });
  });

  test('and nothing else → the record is not written at all', async () => {
    const before = await sql`select * from signals`;
    await notice();
    await signals.log([signal({ urgency: 'high' }, { edited_at: T2 })]);
    expect(await sql`select * from signals`).toEqual(before);
  });

  test('of a table that is gone → none of its records appears', async () => {
    await sql`select airtable.note_schema('appTest', '[]')`;
    await signals.log([signal({ title: 'New', urgency: 'low' }, { airtable_id: 'recNew', created: true })]);
    expect(await sql`select airtable_id from signals`).toEqual([{ airtable_id: 'recS' }]);
  });

  test('in the page that tells of the drift → written: the log said them before', async () => {
    await signals.log([signal({ urgency: 'high' }, { edited_at: T2 })], [], {
      drift: [{ field_id: 'fldUrgency', reason: 'The field was deleted' }],
    });
    expect(await signals.row()).toMatchObject({ urgency: 'high' });
    await signals.log([signal({ urgency: 'critical' }, { edited_at: T2 })]);
    expect(await signals.row()).toMatchObject({ urgency: 'high' });
  });

  test('that is noticed while they are written → written first, or not at all', async () => {
    let both: Promise<unknown> | undefined;
    await sql.begin(async (other) => {
      // Holds the row against the page, which has looked at what is in drift by then.
      await other`select from signals where airtable_id = 'recS' for update`;
      const page = signals.log([signal({ urgency: 'high' }, { edited_at: T2 })]);
      await waiting(1);
      both = Promise.all([page, notice()]);
      await waiting(2);
    });
    await both;
    expect(await signals.row()).toMatchObject({ urgency: 'high' });
    const [binding] = await sql`select drift, drifted_at > (select received_at from signals) as later
      from airtable.field_bindings where field_id = 'fldUrgency'`;
    expect(binding).toEqual({ drift: 'The field was deleted', later: true });
  });
});

/** Until so many wait for a lock. */
async function waiting(count: number): Promise<void> {
  await expect
    .poll(async () => {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::integer as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      return row!.n;
    })
    .toBe(count);
}
