import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { beginComparison, type Comparison } from './support/comparisons.ts';
import { createMirroredSignals, signal, type MirroredSignals } from './support/mirrored-signals.ts';

let signals: MirroredSignals;
let sql: postgres.Sql;

beforeAll(async () => {
  signals = await createMirroredSignals();
  ({ sql } = signals);
});
afterAll(() => signals[Symbol.asyncDispose]());
beforeEach(async () => {
  await signals.reset();
  await sql`delete from airtable.runs`;
  await sql`delete from airtable.field_bindings where base_id <> 'appTest'`;
  for (const id of ['recS', 'recT', 'recU'])
    await signals.log([signal({ title: id, urgency: 'low' }, { airtable_id: id, created: true })]);
  await signals.longAgo();
});

const record = (airtable_id: string, title = airtable_id) => ({
  airtable_id,
  values: { title, urgency: 'low' },
});

/** recS differs, recT is not in the base, recU is in step, and recV is in the base alone. */
async function compare(): Promise<Comparison> {
  const comparison = await beginComparison(signals);
  const base = [record('recS', 'other'), record('recU'), record('recV')];
  await comparison.read(base);
  await comparison.look(base, ['recT']);
  return comparison;
}
const found = async (): Promise<string[]> =>
  (
    await sql<
      { line: string }[]
    >`select record_id || ': ' || kind as line from airtable.differences order by 1`
  ).map(({ line }) => line);

test('each kind of difference is named, and the hashes differ', async () => {
  const report = await (await compare()).finish();
  expect(await found()).toEqual(['recS: different', 'recT: extra', 'recV: missing']);
  expect(report).toMatchObject({ state: 'succeeded', identical: false, different: 1, extra: 1, missing: 1 });
});

test('a row with a tombstone is not there', async () => {
  await sql`update signals set deleted_at = now() where airtable_id = 'recU'`;
  await (await compare()).finish();
  expect(await found()).toContain('recU: missing');
});

test('rows that may be of another base are not called too many', async () => {
  await sql`insert into airtable.field_bindings (base_id, table_id, field_id, table_name, column_name)
    values ('appOther', 'tblOther', 'fldOther', 'signals', 'title')`;
  await (await compare()).finish();
  expect(await found()).toEqual(['recS: different', 'recV: missing']);
});

test('a table that could not be compared → the run has failed, and nothing is called identical', async () => {
  const comparison = await beginComparison(signals);
  await sql`select airtable.fail_comparison(${comparison.run}, 'tblSignals', 'It went')`;
  expect(await comparison.finish()).toMatchObject({
    state: 'failed',
    error: 'signals: It went',
    identical: false,
  });
});

describe('the repair', () => {
  const asked = async (): Promise<string[]> =>
    (await sql<{ id: string }[]>`select record_id as id from airtable.rereads order by 1`).map(
      ({ id }) => id,
    );

  test('of one difference → that record is read again, and no other', async () => {
    const comparison = await compare();
    await comparison.finish();
    const [one] = await sql<
      { id: string }[]
    >`select id::text from airtable.differences where record_id = 'recS'`;
    const repair =
      await sql`select airtable.repair_differences(${comparison.run}, ${[one!.id]}::bigint[]) as n`;
    expect([repair[0]!.n, await asked()]).toEqual([1, ['recS']]);
    expect(await sql`select record_id from airtable.differences where repair_asked_at is not null`).toEqual([
      { record_id: 'recS' },
    ]);
  });

  test('of all → of this comparison’s alone', async () => {
    await (await compare()).finish();
    await sql`update airtable.runs set state = 'succeeded'`;
    const second = await beginComparison(signals);
    await second.read([record('recS'), record('recT'), record('recU'), record('recV')]);
    await second.look([record('recV')]);
    await second.finish();
    await sql`select airtable.repair_differences(${second.run})`;
    expect(await asked()).toEqual(['recV']);
  });

  test('of what the log has just set → read when a snapshot may write it', async () => {
    const comparison = await compare();
    await comparison.finish();
    await sql`update airtable.touches set touched_at = now() where record_id = 'recS'`;
    await sql`select airtable.repair_differences(${comparison.run})`;
    expect(
      await sql`select record_id from airtable.rereads where not_before > now() + interval '5 seconds'`,
    ).toEqual([{ record_id: 'recS' }]);
  });
});

describe('every night', () => {
  const begin = async (): Promise<number> =>
    (await sql<{ n: number }[]>`select airtable.reconcile_nightly() as n`)[0]!.n;
  const createdAgo = (span: string): Promise<unknown> =>
    sql`update airtable.webhooks set created_at = now() - ${span}::interval`;

  test('one comparison, however often it is asked for', async () => {
    await createdAgo('3 days');
    expect(await begin()).toBe(1);
    await sql`update airtable.runs set state = 'succeeded'`;
    expect(await begin()).toBe(0);
    await sql`update airtable.runs set started_at = started_at - interval '1 day'`;
    expect(await begin()).toBe(1);
  });

  test('none of a base that was connected today', async () => {
    await createdAgo('1 hour');
    expect(await begin()).toBe(0);
  });
});
