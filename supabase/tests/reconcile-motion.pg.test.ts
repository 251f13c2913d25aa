import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { beginComparison, type Comparison } from './support/comparisons.ts';
import {
  createMirroredSignals,
  OTHER_HOLDER,
  signal,
  T2,
  type MirroredSignals,
} from './support/mirrored-signals.ts';

let signals: MirroredSignals;
let sql: postgres.Sql;
let comparison: Comparison;

beforeAll(async () => {
  signals = await createMirroredSignals();
  ({ sql } = signals);
});
afterAll(() => signals[Symbol.asyncDispose]());
beforeEach(async () => {
  await signals.reset();
  await sql`delete from airtable.runs`;
  await sql`delete from airtable.outbox`;
  await signals.log([signal({ title: 'A', urgency: 'low' }, { created: true })]);
  await signals.longAgo();
  comparison = await beginComparison(signals);
});

const record = (title: string, urgency = 'low') => ({ airtable_id: 'recS', values: { title, urgency } });

test('what differs in the same way twice → different, and not before', async () => {
  await comparison.read([record('B')]);
  expect(await comparison.states()).toEqual(['recS: suspect']);
  const [wait] =
    await sql`select look_after > clock_timestamp() + interval '2 seconds' as later from airtable.compared`;
  expect(wait).toEqual({ later: true });
  await comparison.look([record('B')]);
  expect(await comparison.states()).toEqual(['recS: confirmed']);
});

describe('no difference yet', () => {
  test('what differs otherwise the second time', async () => {
    await comparison.read([record('B')]);
    await comparison.look([record('C')]);
    expect(await comparison.states()).toEqual(['recS: suspect']);
    await comparison.look([record('C')]);
    expect(await comparison.states()).toEqual(['recS: confirmed']);
  });

  test('a cell that is on its way to Airtable; another cell of the record is one', async () => {
    await sql`with entry as (
        insert into airtable.outbox (base_id, table_id, table_name, row_id, source)
        select 'appTest', 'tblSignals', 'signals', id, 'admin' from signals returning id)
      insert into airtable.outbox_fields (outbox_id, column_name, field_id) select id, 'title', 'fldTitle' from entry`;
    await comparison.read([record('B')]);
    await comparison.look([record('B')]);
    expect(await comparison.states()).toEqual(['recS: suspect']);
    await comparison.look([record('B', 'high')]);
    await comparison.look([record('B', 'high')]);
    expect(await comparison.states()).toEqual(['recS: confirmed']);
  });

  test('a cell that the log has just set', async () => {
    await comparison.read([record('B')]);
    await signals.log([signal({ title: 'C' }, { edited_at: T2 })]);
    await comparison.look([record('B')]);
    expect(await comparison.states()).toEqual(['recS: suspect']);
  });

  test('a record that waits to be read again', async () => {
    await comparison.read([record('B')]);
    await sql`select airtable.ask_again('appTest', 'tblSignals', array['recS'], 'automation')`;
    await comparison.look([record('B')]);
    expect(await comparison.states()).toEqual(['recS: suspect']);
  });

  test('a record that is not there, and of which the log has just told', async () => {
    await comparison.read([]);
    await signals.log([signal({ title: 'C' }, { edited_at: T2 })]);
    await comparison.look([], ['recS']);
    expect(await comparison.states()).toEqual(['recS: suspect']);
    await signals.longAgo();
    await comparison.look([], ['recS']);
    expect(await comparison.states()).toEqual(['recS: confirmed']);
  });
});

test('what will not hold still → in motion after eight looks, and the mirror is not called identical', async () => {
  await comparison.read([record('0')]);
  for (let n = 1; n < 8; n++) {
    expect(await comparison.states()).toEqual(['recS: suspect']);
    await comparison.look([record(`${n}`)]);
  }
  await comparison.look([record('8')]);
  expect(await comparison.states()).toEqual(['recS: moving']);
  expect(await comparison.finish()).toMatchObject({
    state: 'succeeded',
    moving: 1,
    different: 0,
    identical: false,
  });
});

describe('refused, with nothing written', () => {
  test.each([
    [
      'a page by somebody who does not read the base',
      () => comparison.read([record('B')], { holder: OTHER_HOLDER }),
    ],
    ['a page that was read from elsewhere', () => comparison.read([record('B')], { from: 'itr2' })],
    [
      'a page that was noted already',
      async () => {
        await comparison.read([]);
        await comparison.read([record('B')]);
      },
    ],
  ])('%s', async (_, write) => {
    await expect(write()).rejects.toMatchObject({ code: 'AL001' });
    expect((await comparison.states()).filter((line) => line !== 'recS: suspect')).toEqual([]);
    expect(await sql`select from airtable.compared where base_hash is not null`).toHaveLength(0);
  });

  test('a second look by somebody who does not read the base', async () => {
    await comparison.read([record('B')]);
    await expect(comparison.look([record('A')], [], OTHER_HOLDER)).rejects.toMatchObject({ code: 'AL001' });
    expect(await comparison.states()).toEqual(['recS: suspect']);
  });
});
