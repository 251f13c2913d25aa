import type { Pool } from 'pg';
import { expectedRow, type RowValue } from './expected-row.ts';
import { MIRROR, TABLE_NAMES, type TableName } from './mirror-columns.ts';
import type { World } from './world.ts';

type Row = Map<string, RowValue>;

/** Where Postgres differs from the base, field by field, in words. */
export async function checkRows(world: World): Promise<string[]> {
  const problems: string[] = [];
  for (const table of TABLE_NAMES) problems.push(...(await checkTable(world, table)));
  problems.push(...(await checkRegions(world.lane.database)));
  return problems;
}

/** Records of the base that cannot be stored as they are. */
export function badRecords(world: World): Set<string> {
  const bad = new Set<string>();
  for (const table of TABLE_NAMES) {
    for (const record of world.records(table)) {
      if (expectedRow(liveColumns(world, table), record, (one) => world.fieldId(table, one)).bad.length > 0)
        bad.add(record.id);
    }
  }
  return bad;
}

function liveColumns(world: World, table: TableName) {
  return world.columns(table).filter((column) => !world.drift.isFrozen(table, column));
}

async function checkTable(world: World, table: TableName): Promise<string[]> {
  const { rows: name } = MIRROR[table];
  // A deleted table is reported, and its rows are left as they are.
  if (!world.hasTable(table)) return [];
  const problems: string[] = [];
  const rows = await readRows(world.lane.database, table);
  // Of what was on its way when its field went, nobody can say whether it had arrived.
  const acted = await readActedOn(world.lane.database, name);
  for (const record of world.records(table)) {
    const row = rows.get(record.id);
    rows.delete(record.id);
    const expected = expectedRow(liveColumns(world, table), record, (one) => world.fieldId(table, one));
    if (world.undecided.has(record.id)) continue;
    if (!row) {
      problems.push(`${name}: ${record.id} is missing`);
      continue;
    }
    for (const [column, value] of expected.values) {
      if (!same(row.get(column), value))
        problems.push(`${name}: ${record.id}.${column} is ${show(row.get(column))}, not ${show(value)}`);
    }
    if (!world.beyondTheLog && !acted.has(record.id))
      problems.push(...checkFrozen(world, table, record.id, row));
  }
  for (const id of rows.keys()) problems.push(`${name}: ${id} is there, though it was deleted`);
  return problems;
}

function checkFrozen(world: World, table: TableName, recordId: string, row: Row): string[] {
  return world.columns(table).flatMap((column) => {
    const kept = world.drift.frozenValue(table, column, recordId);
    if (kept === undefined || same(row.get(column.column), kept)) return [];
    return [
      `${MIRROR[table].rows}: ${recordId}.${column.column} is ${show(row.get(column.column))}; ` +
        `when its field went it was ${show(kept)}, and should have been left so`,
    ];
  });
}

async function readActedOn(database: Pool, name: string): Promise<Set<string>> {
  const { rows } = await database.query<{ id: string }>(
    `select t.airtable_id as id from public.${name} t where t.id in (select o.row_id from airtable.outbox o)`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Rows that are not deleted, by Airtable id. */
async function readRows(database: Pool, table: TableName): Promise<Map<string, Row>> {
  const { rows: name, columns } = MIRROR[table];
  const selected = columns.map((column) => {
    if (column.kind !== 'link') return `t.${column.column}`;
    return `(select p.airtable_id from public.${MIRROR[column.to].rows} p where p.id = t.${column.column}) as ${column.column}`;
  });
  const { rows } = await database.query<Record<string, unknown>>(
    `select t.airtable_id, ${selected.join(', ')} from public.${name} t where t.deleted_at is null and t.airtable_id is not null`,
  );
  return new Map(
    rows.map((row) => [
      String(row['airtable_id']),
      new Map(columns.map(({ column, kind }) => [column, valueOf(kind, row[column])])),
    ]),
  );
}

function valueOf(kind: string, value: unknown): RowValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  return kind === 'number' ? Number(value) : (value as RowValue);
}

/** A row's region is that of what it hangs below, as far up as there is one. */
async function checkRegions(database: Pool): Promise<string[]> {
  const { rows } = await database.query<{ what: string }>(`
    with expected as (
      select 'contacts' as rows, t.airtable_id, t.region, coalesce(o.region, 'unassigned') as derived
      from public.contacts t left join public.organizations o on o.id = t.organization_id where t.deleted_at is null
      union all
      select 'signals', t.airtable_id, t.region, coalesce(o.region, 'unassigned')
      from public.signals t left join public.organizations o on o.id = t.organization_id where t.deleted_at is null
      union all
      select 'connections', t.airtable_id, t.region, coalesce(nullif(o.region, 'unassigned'), s.region, 'unassigned')
      from public.connections t left join public.organizations o on o.id = t.organization_id
        left join public.signals s on s.id = t.signal_id where t.deleted_at is null
      union all
      select 'interactions', t.airtable_id, t.region, coalesce(nullif(k.region, 'unassigned'), c.region, 'unassigned')
      from public.interactions t left join public.connections k on k.id = t.connection_id
        left join public.contacts c on c.id = t.contact_id where t.deleted_at is null
    )
    select format('%s: %s is in %s, and belongs to %s', e.rows, e.airtable_id, e.region, e.derived) as what
    from expected e where e.region <> e.derived`);
  return rows.map(({ what }) => what);
}

function same(one: RowValue | undefined, other: RowValue): boolean {
  return one === other;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}
