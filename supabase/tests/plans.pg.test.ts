import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../scripts/stack/testing/test-database.ts';
import { actingAs, addPerson } from './support/people.ts';

const SIGNALS = 1_000_000;
const OTHERS = 50_000;

let database: TestDatabase;
let sql: postgres.Sql;
let west: string;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url(), { max: 2, onnotice: () => {} });
  west = await addPerson(sql, 'Wendell', 'admin', ['west']);
  await sql`insert into organizations (name, region) values ('Mesa Verano', 'west')`;
  await sql`insert into signals (organization_id, title) select id, 'Leaking mains' from organizations`;
  await fillSignals();
  await fillOthers();
}, 120_000);
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});

/** Without triggers, which would tell a million rows, and with the indexes made at the end, which takes half the time. */
async function fillSignals(): Promise<void> {
  const admin = postgres(database.url('supabase_admin'), { max: 1, onnotice: () => {} });
  await admin`set session_replication_role = replica`;
  await admin`set maintenance_work_mem = '256MB'`;
  const indexes = await admin<{ name: string; made: string }[]>`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made from pg_index i
    where i.indrelid = 'public.signals'::regclass and not i.indisunique`;
  for (const { name } of indexes) await admin.unsafe(`drop index ${name}`);
  await admin`
    insert into public.signals (signal_identifier, region, title, approval_status, is_public, updated_at, airtable_edited_at)
    select 'SIG-' || n, (enum_range(null::public.region))[1 + n % 5], 'Signal ' || n,
      (enum_range(null::public.approval_status))[1 + n / 5 % 5], n % 10 < 3, at, at
    from generate_series(1, ${SIGNALS}::integer) as n, lateral (select timestamptz '2026-01-01' + n * interval '1 second') as t(at)`;
  for (const { made } of indexes) await admin.unsafe(made);
  await admin`analyze public.signals`;
  await admin.end();
}

async function fillOthers(): Promise<void> {
  const admin = postgres(database.url('supabase_admin'), { max: 1, onnotice: () => {} });
  await admin`set session_replication_role = replica`;
  const region = `(enum_range(null::public.region))[1 + n % 5]`;
  for (const [table, columns, values] of [
    ['organizations', 'region, name', `${region}, 'Organization ' || n`],
    ['contacts', 'region, full_name', `${region}, 'Contact ' || n`],
    ['startups', 'name', `'Startup ' || n`],
    ['connections', 'region, airtable_edited_at', `${region}, now() - n * interval '1 second'`],
    ['interactions', 'region, occurred_at', `${region}, now() - n * interval '1 second'`],
    [
      'activity',
      'region, entity, entity_id, action, source, at',
      `${region}, 'signal', gen_random_uuid(), 'updated', 'airtable', now() - n * interval '1 second'`,
    ],
  ]) {
    await admin.unsafe(
      `insert into public.${table} (${columns}) select ${values} from generate_series(1, ${OTHERS}) as n`,
    );
    await admin.unsafe(`analyze public.${table}`);
  }
  await admin.end();
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  'Actual Rows': number;
  Plans?: PlanNode[];
}

/** How a query is answered for the admin of the west. */
async function planOf(query: string): Promise<PlanNode> {
  return actingAs(sql, west, async (t) => {
    const [row] = await t.unsafe<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
      `explain (analyze, buffers, format json) ${query}`,
    );
    return row!['QUERY PLAN'][0]!.Plan;
  });
}

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

test.each([
  ['organizations', 'order by name, id'],
  ['contacts', 'order by full_name, id'],
  ['startups', 'order by name, id'],
  ['connections', 'order by airtable_edited_at desc nulls last, id'],
  ['interactions', 'order by occurred_at desc nulls last, id'],
  ['activity', 'order by at desc, id'],
])('the first page of %s, as it opens → read in order from an index', async (table, order) => {
  const plan = await planOf(`select * from ${table} ${order} limit 50`);
  const reads = nodesOf(plan).filter((node) => node['Relation Name'] === table);
  expect(plan['Actual Rows']).toBe(50);
  expect(reads.map((node) => node['Node Type'])).toEqual(['Index Scan']);
  expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(1000);
});

describe(`of ${SIGNALS.toLocaleString('en-US')} signals, for an admin of one region`, () => {
  const after = `timestamptz '2026-01-06'`;
  test.each([
    ['the first page, by number', 'order by signal_identifier desc nulls last, id'],
    ['the rows edited last', 'order by airtable_edited_at desc nulls last, id'],
    ['the first page, by the time of the change', 'order by updated_at desc'],
    ['of one status', `where approval_status = 'pending_review' order by updated_at desc, id`],
    [
      'the page after a row',
      `where updated_at <= ${after} and (updated_at < ${after} or id > gen_random_uuid()) order by updated_at desc, id`,
    ],
    ['of a text', `where title ilike '%9%' order by signal_identifier desc nulls last, id`],
  ])('%s → read in order from an index, and little of it', async (_, clauses) => {
    const plan = await planOf(`select * from signals ${clauses} limit 50`);
    const nodes = nodesOf(plan);
    expect(plan['Actual Rows']).toBe(50);
    expect(
      nodes.filter((node) => node['Relation Name'] === 'signals').map((node) => node['Node Type']),
    ).toEqual(['Index Scan']);
    // Fifty rows, those of other regions between them, and the rights of the caller.
    expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(1000);
  });

  test('dashboard_metrics() reads the kept counts, and neither signals nor connections', async () => {
    // A connection of its own: what another test has read may not have been counted off yet.
    const fresh = postgres(database.url(), { max: 1, onnotice: () => {} });
    const [metrics, touched] = await actingAs(fresh, west, async (t) => {
      const [row] = await t<{ metrics: unknown }[]>`select dashboard_metrics() as metrics`;
      // What functions read inside is counted too.
      const tables = await t<{ name: string }[]>`
        select relname as name from pg_stat_xact_user_tables
        where schemaname in ('public', 'live') and coalesce(seq_scan, 0) + coalesce(idx_scan, 0) > 0 order by relname`;
      return [row!.metrics, tables.map(({ name }) => name)] as const;
    });
    await fresh.end();
    expect(metrics).toMatchObject({ signals_total: 1 });
    expect(touched).toEqual(['admin_regions', 'admins', 'counts', 'startup_members']);
  });
});
