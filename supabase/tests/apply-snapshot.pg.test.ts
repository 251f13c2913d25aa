import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../scripts/stack/testing/test-database.ts';

const BASE = 'appTest';
const WEBHOOK = 'achTest';
const HOLDER = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';
const CREATED = '2026-01-01T08:00:00.000Z';
const T1 = '2026-01-01T10:00:00.000Z';
const T2 = '2026-01-01T10:00:01.000Z';

interface Change {
  airtable_id: string;
  created?: boolean;
  edited_at?: string;
  created_at?: string;
  values?: Record<string, unknown>;
}

let database: TestDatabase;
let sql: postgres.Sql;
let cursor = 1;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 4, onnotice: () => {} });
  await sql`insert into airtable.webhooks (id, base_id, mac_secret_base64) values (${WEBHOOK}, ${BASE}, 'c2VjcmV0')`;
  await sql`insert into airtable.field_bindings (base_id, table_id, field_id, table_name, column_name)
    values (${BASE}, 'tblSignals', 'fldTitle', 'signals', 'title'), (${BASE}, 'tblSignals', 'fldUrgency', 'signals', 'urgency')`;
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await sql`delete from signals`;
  await sql`delete from airtable.touches`;
  await sql`delete from airtable.rereads`;
  await sql`delete from airtable.dead_letters`;
  await sql`delete from airtable.readers`;
  await sql`update airtable.webhooks set last_payload_at = null`;
  await sql`select airtable.take_lease(${WEBHOOK}, ${HOLDER}, 60), airtable.take_reader(${BASE}, ${HOLDER}, 60)`;
});

/** What the log says: one page. */
async function log(upserts: Change[], deletes: Change[] = []): Promise<void> {
  const from = cursor++;
  const at = [...upserts, ...deletes][0]!.edited_at;
  const page = {
    receipts: [{ number: from, transaction: from, at }],
    upserts: { signals: upserts },
    deletes: { signals: deletes },
  };
  await sql`select airtable.apply_page(${WEBHOOK}, ${HOLDER}, ${from}, ${cursor}, ${sql.json(page as never)})`;
}

const now = async (): Promise<string> =>
  (await sql<{ at: string }[]>`select clock_timestamp()::text as at`)[0]!.at;

/** What was read over REST; the read began at `readAt`. */
async function snapshot(
  readAt: string,
  changes: Change[],
  more: { absent?: string[]; dead_letters?: unknown[] } = {},
): Promise<Record<string, number>> {
  const whole = { table_id: 'tblSignals', table: 'signals', changes, ...more };
  const [row] = await sql<{ counts: Record<string, number> }[]>`
    select airtable.apply_snapshot(${BASE}, ${HOLDER}, ${readAt}::text::timestamptz, 'automation', ${sql.json(whole as never)}) as counts`;
  return row!.counts;
}

const signal = (values: Record<string, unknown>, more: Partial<Change> = {}): Change => ({
  airtable_id: 'recS',
  created_at: CREATED,
  edited_at: T1,
  values,
  ...more,
});
const row = async () =>
  (await sql`select title, urgency, deleted_at is null as alive from signals where airtable_id = 'recS'`)[0];
/** As if all that the log has said were long ago. */
const longAgo = () =>
  sql`update airtable.touches set touched_at = now() - interval '1 hour', destroyed_at = destroyed_at - interval '1 hour',
    created_at = created_at - interval '1 hour', columns = (select coalesce(jsonb_object_agg(key, 0), '{}') from jsonb_each(columns))`;

describe('a late snapshot', () => {
  test('a cell that the log has set since the read began → stays; the others are taken', async () => {
    await log([signal({ title: 'first', urgency: 'low' }, { created: true })]);
    await longAgo();
    const readAt = await now();
    await log([signal({ title: 'newer' }, { edited_at: T2 })]);
    await snapshot(readAt, [signal({ title: 'older', urgency: 'high' })]);
    expect(await row()).toEqual({ title: 'newer', urgency: 'high', alive: true });
  });

  test('a cell that the log set just before the read → stays too: what answered may lag behind', async () => {
    await log([signal({ title: 'newer', urgency: 'low' }, { created: true })]);
    await snapshot(await now(), [signal({ title: 'older', urgency: 'high' })]);
    expect(await row()).toEqual({ title: 'newer', urgency: 'low', alive: true });
  });

  test('a payload that sets the same cell to the same value → counts as set', async () => {
    await log([signal({ title: 'B' }, { created: true })]);
    await longAgo();
    const readAt = await now();
    await log([signal({ title: 'B' }, { edited_at: T2 })]);
    await snapshot(readAt, [signal({ title: 'A' })]);
    expect(await row()).toMatchObject({ title: 'B' });
  });

  test('read before a record was destroyed → does not bring it back', async () => {
    await log([signal({ title: 'A' }, { created: true })]);
    await longAgo();
    const readAt = await now();
    await log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    await snapshot(readAt, [signal({ title: 'A' })]);
    expect(await row()).toMatchObject({ alive: false });
  });

  test('read after it was restored → brings it back', async () => {
    await log([signal({ title: 'A' }, { created: true })]);
    await log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    await longAgo();
    await snapshot(await now(), [signal({ title: 'A' })]);
    expect(await row()).toMatchObject({ alive: true });
  });

  test('however far ahead a clock of ours is → no payload after it looks old', async () => {
    await log([signal({ title: 'A' }, { created: true })]);
    await longAgo();
    await snapshot('2099-01-01T00:00:00Z', [signal({ title: 'B' })]);
    await log([signal({ title: 'C' }, { edited_at: T1 })]);
    expect(await row()).toMatchObject({ title: 'C' });
  });

  test('by somebody who does not read the base any more → refused, nothing written', async () => {
    await sql`update airtable.readers set holder = ${OTHER}`;
    await expect(snapshot(await now(), [signal({ title: 'A' })])).rejects.toMatchObject({ code: 'AL001' });
    expect(await row()).toBeUndefined();
  });

  test('of what is there already → writes nothing', async () => {
    await log([signal({ title: 'A', urgency: 'low' }, { created: true })]);
    await longAgo();
    const before = await sql`select * from signals`;
    const counts = await snapshot(await now(), [signal({ title: 'A', urgency: 'low' })]);
    expect(counts).toMatchObject({ written: 0 });
    expect(await sql`select * from signals`).toEqual(before);
  });
});

describe('a record that a read did not find', () => {
  test('and that the log has not named lately → a tombstone', async () => {
    await log([signal({ title: 'A' }, { created: true })]);
    await longAgo();
    expect(await snapshot(await now(), [], { absent: ['recS'] })).toMatchObject({ deleted: 1 });
    expect(await row()).toMatchObject({ alive: false });
  });

  test.each([
    ['made', true],
    ['changed', false],
  ])('and that the log has just %s → stays', async (_, created) => {
    await log([signal({ title: 'A' }, { created: true })]);
    await longAgo();
    await log([signal({ title: 'B' }, { created, edited_at: T2 })]);
    expect(await snapshot(await now(), [], { absent: ['recS'] })).toMatchObject({ deleted: 0 });
    expect(await row()).toMatchObject({ alive: true });
  });
});

describe('records that are not known', () => {
  test('a change of one → on the list of those to be read, until it is destroyed', async () => {
    await log([signal({ title: 'A' })]);
    expect(await sql`select record_id, table_id, source from airtable.rereads`).toEqual([
      { record_id: 'recS', table_id: 'tblSignals', source: 'airtable' },
    ]);
    await log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    expect(await sql`select from airtable.rereads`).toHaveLength(0);
  });

  test('a change of one that is known → not on the list', async () => {
    await log([signal({ title: 'A' }, { created: true })]);
    await log([signal({ title: 'B' }, { edited_at: T2 })]);
    expect(await sql`select from airtable.rereads`).toHaveLength(0);
  });

  test('asked for again while it was being read → stays on the list', async () => {
    await sql`select airtable.ask_again(${BASE}, 'tblSignals', array['recS'], 'automation')`;
    const readAt = await now();
    await sql`select airtable.ask_again(${BASE}, 'tblSignals', array['recS'], 'automation')`;
    const read = { table_id: 'tblSignals', table: 'signals', changes: [signal({ title: 'A' })] };
    await sql`select airtable.apply_rereads(${BASE}, ${HOLDER}, ${readAt}::text::timestamptz, 'automation', ${sql.json(read as never)})`;
    expect(await sql`select from airtable.rereads`).toHaveLength(1);
  });
});

describe('dead letters', () => {
  const letter = {
    table_id: 'tblSignals',
    record_id: 'recS',
    cells: { fldUrgency: 'x' },
    columns: ['urgency'],
    reason: 'r',
  };
  const open = () => sql`select columns from airtable.dead_letters where resolved_at is null`;

  test('a good version of the other column → the letter stays; of this one → it is resolved', async () => {
    await snapshot(await now(), [signal({ title: 'A' })], { dead_letters: [letter] });
    await log([signal({ title: 'B' })]);
    expect(await open()).toEqual([{ columns: ['urgency'] }]);
    await log([signal({ urgency: 'high' }, { edited_at: T2 })]);
    expect(await open()).toEqual([]);
  });

  test('a second bad cell → added to the open letter', async () => {
    await snapshot(await now(), [], { dead_letters: [letter] });
    await snapshot(await now(), [], { dead_letters: [{ ...letter, columns: ['title'] }] });
    expect(await open()).toEqual([{ columns: ['title', 'urgency'] }]);
  });

  test('the record is destroyed → resolved', async () => {
    await snapshot(await now(), [], { dead_letters: [letter] });
    await log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    expect(await open()).toEqual([]);
  });

  test('a row that the table refused, and a payload with a part of it → read again as a whole', async () => {
    await sql`alter table signals add constraint no_x check (title <> 'x')`;
    await log([signal({ title: 'x', urgency: 'low' }, { created: true })]);
    expect(await open()).toEqual([{ columns: null }]);
    await log([signal({ urgency: 'high' }, { edited_at: T2 })]);
    expect(await sql`select record_id from airtable.rereads`).toEqual([{ record_id: 'recS' }]);
    await snapshot(await now(), [signal({ title: 'fine', urgency: 'high' })]);
    expect(await open()).toEqual([]);
    expect(await row()).toEqual({ title: 'fine', urgency: 'high', alive: true });
    await sql`alter table signals drop constraint no_x`;
  });
});

describe('turns', () => {
  test('asked for by many at once → no window holds more than are allowed', async () => {
    const due = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const [turn] = await sql<{ at: number }[]>`
          select extract(epoch from turn::timestamptz)::float8 * 1000 as at from airtable.take_turn('appMany', 5, 1000)`;
        return turn!.at;
      }),
    );
    due.sort((a, b) => a - b);
    for (let i = 5; i < due.length; i++) expect(due[i]! - due[i - 5]!).toBeGreaterThanOrEqual(999.9);
    expect(due.at(-1)! - due[0]!).toBeLessThan(8_000);
  });

  test('a call that came late → the ones after it keep their distance from there', async () => {
    const [first] = await sql<{ turn: string }[]>`select turn from airtable.take_turn('appLate', 1, 1000)`;
    await sql`select airtable.move_turn('appLate', ${first!.turn}::text::timestamptz, 5000)`;
    const [second] = await sql<
      { wait_ms: number }[]
    >`select wait_ms from airtable.take_turn('appLate', 1, 1000)`;
    expect(second!.wait_ms).toBeGreaterThan(5_000);
  });

  test('paused → none is given, to anybody', async () => {
    await sql`select airtable.pause_calls('appPaused', 30000)`;
    expect(await sql`select paused, turn from airtable.take_turn('appPaused', 5, 1000)`).toEqual([
      { paused: true, turn: null },
    ]);
  });
});
