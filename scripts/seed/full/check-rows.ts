import type postgres from 'postgres';
import type { SeedBase } from '../seed-base.ts';
import type { Check } from './check.ts';

const PUBLIC_SHARE = { min: 0.25, max: 0.35 };
const MIN_SIGNALS_A_REGION = 20;
const MIN_CREDIT_CONFIGURATIONS = 2;

/** Holds the rows of a seeded database against what the seed is to be. */
export async function checkRows(
  sql: postgres.Sql | postgres.TransactionSql,
  base: SeedBase,
): Promise<Check[]> {
  const checks: Check[] = [];
  const check = (what: string, expected: string, found: string | number, ok: boolean): void => {
    checks.push({ what, expected, found: String(found), ok });
  };
  const count = async (query: postgres.PendingQuery<{ n: number }[]>): Promise<number> =>
    (await query)[0]?.n ?? 0;

  for (const [table, rows] of Object.entries(base) as [string, unknown[]][]) {
    const n = await count(
      sql`select count(*)::integer as n from ${sql(`public.${table}`)} where deleted_at is null`,
    );
    check(table, String(rows.length), n, n === rows.length);
  }

  const hours = await count(
    sql`select ceil(extract(epoch from now() - max(airtable_edited_at)) / 3600)::integer as n from public.signals`,
  );
  // A day, and the pause before the set's last edit.
  check('hours since a signal was edited', 'at most 25', hours, hours >= 0 && hours <= 25);

  const configurations = await count(sql`select count(*)::integer as n from public.credit_configurations`);
  check(
    'credit configurations',
    `at least ${MIN_CREDIT_CONFIGURATIONS}`,
    configurations,
    configurations >= MIN_CREDIT_CONFIGURATIONS,
  );

  const share = await count(
    sql`select coalesce(avg(is_public::integer), 0)::float8 as n from public.signals where deleted_at is null`,
  );
  check(
    'public signals',
    `${percent(PUBLIC_SHARE.min)} to ${percent(PUBLIC_SHARE.max)}`,
    percent(share),
    share >= PUBLIC_SHARE.min && share <= PUBLIC_SHARE.max,
  );
  const unapproved = await count(
    sql`select count(*)::integer as n from public.signals where is_public and approval_status <> 'approved'`,
  );
  check('public signals that are not approved', '0', unapproved, unapproved === 0);
  const assigned = await count(sql`select count(*)::integer as n from public.signal_assignments`);
  check('assigned signals', '0', assigned, assigned === 0);

  const regions = await sql<{ region: string; n: number }[]>`
    select r as region, count(s.id)::integer as n from unnest(enum_range(null::public.region)) as r
    left join public.signals s on s.region = r and s.deleted_at is null group by r order by r`;
  for (const { region, n } of regions) {
    if (region === 'unassigned') check('signals without a region', '0', n, n === 0);
    else check(`signals of the ${region}`, `at least ${MIN_SIGNALS_A_REGION}`, n, n >= MIN_SIGNALS_A_REGION);
  }

  const unbalanced = await count(sql`
    select count(*)::integer as n from public.startups s
    left join (
      select startup_id, sum(delta) as total, (array_agg(balance order by at desc))[1] as last
      from public.credit_changes group by startup_id
    ) as c on c.startup_id = s.id
    where s.credits is distinct from coalesce(c.total, 0) or s.credits is distinct from coalesce(c.last, 0)`);
  check('startups whose ledger says another number of credits', '0', unbalanced, unbalanced === 0);

  const miscounted = await count(sql`
    with counted as (
      select 'region:' || region as channel, 'signal' as entity, approval_status::text as state, count(*) as n
      from public.signals where deleted_at is null group by 1, 3
      union all
      select 'region:' || region, 'connection', connection_status::text, count(*)
      from public.connections where deleted_at is null group by 1, 3
    ), kept as (
      select channel, entity, state, n from live.counts where entity in ('signal', 'connection') and n <> 0
    )
    select count(*)::integer as n from (
      (table counted except table kept) union all (table kept except table counted)
    ) as different`);
  check('numbers of the dashboard that differ from counting', '0', miscounted, miscounted === 0);
  return checks;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
