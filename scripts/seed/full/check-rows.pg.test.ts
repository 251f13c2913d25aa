import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../stack/testing/test-database.ts';
import { generateBase } from '../generate-base.ts';
import { checkRows } from './check-rows.ts';

const base = generateBase();
let database: TestDatabase;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 1, onnotice: () => {} });
  await sql.unsafe(readFileSync(new URL('../../../supabase/seed.sql', import.meta.url), 'utf8'));
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});

test('the seed, applied twice → every check holds', async () => {
  await sql.unsafe(readFileSync(new URL('../../../supabase/seed.sql', import.meta.url), 'utf8'));
  const checks = await checkRows(sql, base);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(checks.length).toBeGreaterThanOrEqual(16);
});

class RolledBack extends Error {}

test.each([
  [`delete from interactions where id in (select id from interactions limit 1)`, 'interactions'],
  [`delete from credit_configurations where kind = 'public_signal_request'`, 'credit configurations'],
  [`update signals set is_public = true, approval_status = 'approved'`, 'public signals'],
  [`update signals set is_public = false`, 'public signals'],
  [
    `update signals set approval_status = 'draft' where id in (select id from signals where is_public limit 1)`,
    'public signals that are not approved',
  ],
  [
    `insert into signal_assignments (signal_id, startup_id) select s.id, t.id from signals s, startups t limit 1`,
    'assigned signals',
  ],
  [`update organizations set region = 'south' where region = 'west'`, 'signals of the west'],
  [
    `update signals set organization_id = null where id in (select id from signals limit 1)`,
    'signals without a region',
  ],
  [
    `update startups set credits = credits + 1 where id in (select id from startups limit 1)`,
    'startups whose ledger says another number of credits',
  ],
  [`update live.counts set n = n + 1`, 'numbers of the dashboard that differ from counting'],
])('%s → fails: %s', async (breakage, what) => {
  let failed: string[] = [];
  await sql
    .begin(async (t) => {
      await t.unsafe(breakage);
      await t`set constraints all immediate`;
      failed = (await checkRows(t, base)).filter(({ ok }) => !ok).map((check) => check.what);
      throw new RolledBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  expect(failed).toEqual([what]);
});
