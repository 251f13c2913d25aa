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
beforeEach(() => signals.reset());

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
    await signals.snapshot(await signals.now(), [signal({ title: 'A' })], { dead_letters: [letter] });
    await signals.log([signal({ title: 'B' })]);
    expect(await open()).toEqual([{ columns: ['urgency'] }]);
    await signals.log([signal({ urgency: 'high' }, { edited_at: T2 })]);
    expect(await open()).toEqual([]);
  });

  test('a second bad cell → added to the open letter', async () => {
    await signals.snapshot(await signals.now(), [], { dead_letters: [letter] });
    await signals.snapshot(await signals.now(), [], { dead_letters: [{ ...letter, columns: ['title'] }] });
    expect(await open()).toEqual([{ columns: ['title', 'urgency'] }]);
  });

  test('the record is destroyed → resolved', async () => {
    await signals.snapshot(await signals.now(), [], { dead_letters: [letter] });
    await signals.log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    expect(await open()).toEqual([]);
  });

  test('a row that the table refused, and a payload with a part of it → read again as a whole', async () => {
    await sql`alter table signals add constraint no_x check (title <> 'x')`;
    await signals.log([signal({ title: 'x', urgency: 'low' }, { created: true })]);
    expect(await open()).toEqual([{ columns: null }]);
    await signals.log([signal({ urgency: 'high' }, { edited_at: T2 })]);
    expect(await sql`select record_id from airtable.rereads`).toEqual([{ record_id: 'recS' }]);
    await signals.snapshot(await signals.now(), [signal({ title: 'fine', urgency: 'high' })]);
    expect(await open()).toEqual([]);
    expect(await signals.row()).toEqual({ title: 'fine', urgency: 'high', alive: true });
    await sql`alter table signals drop constraint no_x`;
  });

  test('of a cell that the log has set well since it was read → none; set badly since → the log’s own', async () => {
    await signals.log([signal({ title: 'A' }, { created: true })]);
    await signals.longAgo();
    const readAt = await signals.now();
    await signals.log([signal({ urgency: 'high' }, { edited_at: T2 })]);
    await signals.snapshot(readAt, [signal({ title: 'A' })], { dead_letters: [letter] });
    expect(await open()).toEqual([]);
    const both = { ...letter, columns: ['title', 'urgency'] };
    await signals.snapshot(readAt, [], { dead_letters: [both] });
    expect(await open()).toEqual([{ columns: ['title'] }]);
    await signals.log([], [], { dead_letters: [{ ...letter, payload_number: 9 }] });
    expect(await open()).toEqual([{ columns: ['title', 'urgency'] }]);
  });

  test('of a record that was destroyed since it was read → none', async () => {
    await signals.log([signal({ title: 'A' }, { created: true })]);
    await signals.longAgo();
    const readAt = await signals.now();
    await signals.log([], [{ airtable_id: 'recS', edited_at: T2 }]);
    await signals.snapshot(readAt, [], {
      dead_letters: [letter, { ...letter, record_id: 'recT', columns: null }],
    });
    expect(await sql`select record_id, columns from airtable.dead_letters where resolved_at is null`).toEqual(
      [{ record_id: 'recT', columns: null }],
    );
  });
});
