import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createMirroredSignals,
  HOLDER,
  OTHER_HOLDER,
  signal,
  T1,
  T2,
  type MirroredSignals,
} from './support/mirrored-signals.ts';

let signals: MirroredSignals;
let sql: postgres.Sql;

beforeAll(async () => {
  signals = await createMirroredSignals();
  ({ sql } = signals);
});
afterAll(() => signals[Symbol.asyncDispose]());
beforeEach(() => signals.reset());

describe('a late snapshot', () => {
  test('a cell that the log has set since the read began → stays; the others are taken', async () => {
    await signals.log([signal({ title: 'first', urgency: 'low' }, { created: true })]);
    await signals.longAgo();
    const readAt = await signals.now();
    await signals.log([signal({ title: 'newer' }, { edited_at: T2 })]);
    await signals.snapshot(readAt, [signal({ title: 'older', urgency: 'high' })]);
    expect(await signals.row()).toEqual({ title: 'newer', urgency: 'high', alive: true });
  });

  test('a cell that the log set just before the read → stays too: what answered may lag behind', async () => {
    await signals.log([signal({ title: 'newer', urgency: 'low' }, { created: true })]);
    await signals.snapshot(await signals.now(), [signal({ title: 'older', urgency: 'high' })]);
    expect(await signals.row()).toEqual({ title: 'newer', urgency: 'low', alive: true });
  });

  test('a payload that sets the same cell to the same value → counts as set', async () => {
    await signals.log([signal({ title: 'B' }, { created: true })]);
    await signals.longAgo();
    const readAt = await signals.now();
    await signals.log([signal({ title: 'B' }, { edited_at: T2 })]);
    await signals.snapshot(readAt, [signal({ title: 'A' })]);
    expect(await signals.row()).toMatchObject({ title: 'B' });
  });

  test('read before a record was destroyed → does not bring it back', async () => {
    await signals.log([signal({ title: 'A' }, { created: true })]);
    await signals.longAgo();
    const readAt = await signals.now();
    await signals.log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    await signals.snapshot(readAt, [signal({ title: 'A' })]);
    expect(await signals.row()).toMatchObject({ alive: false });
  });

  test('read after it was restored → brings it back', async () => {
    await signals.log([signal({ title: 'A' }, { created: true })]);
    await signals.log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    await signals.longAgo();
    await signals.snapshot(await signals.now(), [signal({ title: 'A' })]);
    expect(await signals.row()).toMatchObject({ alive: true });
  });

  test('however far ahead a clock of ours is → no payload after it looks old', async () => {
    await signals.log([signal({ title: 'A' }, { created: true })]);
    await signals.longAgo();
    await signals.snapshot('2099-01-01T00:00:00Z', [signal({ title: 'B' })]);
    await signals.log([signal({ title: 'C' }, { edited_at: T1 })]);
    expect(await signals.row()).toMatchObject({ title: 'C' });
  });

  test('by somebody who does not read the base any more → refused, nothing written', async () => {
    await sql`update airtable.readers set holder = ${OTHER_HOLDER}`;
    await expect(signals.snapshot(await signals.now(), [signal({ title: 'A' })])).rejects.toMatchObject({
      code: 'AL001',
    });
    expect(await signals.row()).toBeUndefined();
  });

  test('of what is there already → writes nothing', async () => {
    await signals.log([signal({ title: 'A', urgency: 'low' }, { created: true })]);
    await signals.longAgo();
    const before = await sql`select * from signals`;
    const counts = await signals.snapshot(await signals.now(), [signal({ title: 'A', urgency: 'low' })]);
    expect(counts).toMatchObject({ written: 0 });
    expect(await sql`select * from signals`).toEqual(before);
  });
});

describe('a record that a read did not find', () => {
  test('and that the log has not named lately → a tombstone', async () => {
    await signals.log([signal({ title: 'A' }, { created: true })]);
    await signals.longAgo();
    expect(await signals.snapshot(await signals.now(), [], { absent: ['recS'] })).toMatchObject({
      deleted: 1,
    });
    expect(await signals.row()).toMatchObject({ alive: false });
  });

  test.each([
    ['made', true],
    ['changed', false],
  ])('and that the log has just %s → stays', async (_, created) => {
    await signals.log([signal({ title: 'A' }, { created: true })]);
    await signals.longAgo();
    await signals.log([signal({ title: 'B' }, { created, edited_at: T2 })]);
    expect(await signals.snapshot(await signals.now(), [], { absent: ['recS'] })).toMatchObject({
      deleted: 0,
    });
    expect(await signals.row()).toMatchObject({ alive: true });
  });
});

describe('records that are not known', () => {
  test('a change of one → on the list of those to be read, until it is destroyed', async () => {
    await signals.log([signal({ title: 'A' })]);
    expect(await sql`select record_id, table_id, source from airtable.rereads`).toEqual([
      { record_id: 'recS', table_id: 'tblSignals', source: 'airtable' },
    ]);
    await signals.log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    expect(await sql`select from airtable.rereads`).toHaveLength(0);
  });

  test('a change of one that is known → not on the list', async () => {
    await signals.log([signal({ title: 'A' }, { created: true })]);
    await signals.log([signal({ title: 'B' }, { edited_at: T2 })]);
    expect(await sql`select from airtable.rereads`).toHaveLength(0);
  });

  test('asked for again while it was being read → stays on the list', async () => {
    await sql`select airtable.ask_again('appTest', 'tblSignals', array['recS'], 'automation')`;
    const readAt = await signals.now();
    await sql`select airtable.ask_again('appTest', 'tblSignals', array['recS'], 'automation')`;
    const read = { table_id: 'tblSignals', table: 'signals', changes: [signal({ title: 'A' })] };
    await sql`select airtable.apply_rereads('appTest', ${HOLDER}, ${readAt}::text::timestamptz, 'automation', ${sql.json(read as never)})`;
    expect(await sql`select from airtable.rereads`).toHaveLength(1);
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
