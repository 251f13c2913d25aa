import { escapeIdentifier, type Pool, type PoolClient } from 'pg';
import { filterSql, type ColumnFilter } from './postgres-changes-filter.ts';
import type { Claims } from '../token.ts';

interface TableColumn {
  name: string;
  /** As clients know it: `int8`. */
  type: string;
  /** As SQL knows it: `bigint`. */
  sqlType: string;
  isKey: boolean;
}

/** A table as it is now. */
export interface Table {
  oid: number;
  schema: string;
  name: string;
  hasRls: boolean;
  columns: TableColumn[];
}

/** A row's values as text, by column. */
export type RowText = Map<string, string | null>;

/** @returns null when the table is gone. */
export async function readTable(pool: Pool, oid: number): Promise<Table | null> {
  const { rows } = await pool.query<TableColumn & Omit<Table, 'columns' | 'oid'>>(
    `select n.nspname as schema, c.relname as table, c.relname as name, c.relrowsecurity as "hasRls",
       a.attname as name, t.typname as type, format_type(a.atttypid, null) as "sqlType",
       coalesce(a.attnum = any(i.indkey), false) as "isKey"
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     join pg_type t on t.oid = a.atttypid
     left join pg_index i on i.indrelid = c.oid and i.indisprimary
     where c.oid = $1
     order by a.attnum`,
    [oid],
  );
  const [first] = rows as ((typeof rows)[number] & { table: string })[];
  if (!first) return null;
  const columns = rows.map(({ name, type, sqlType, isKey }) => ({ name, type, sqlType, isKey }));
  return { oid, schema: first.schema, name: first.table, hasRls: first.hasRls, columns };
}

/** The names of the columns that a role may select. */
export async function selectableColumns(pool: Pool, oid: number, role: string): Promise<Set<string>> {
  const { rows } = await pool.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1 and attnum > 0 and not attisdropped
       and has_column_privilege($2::name, attrelid, attnum, 'SELECT')`,
    [oid, role],
  );
  return new Set(rows.map(({ name }) => name));
}

/** A row's values as JSON texts, as Postgres itself would write them. */
export async function rowAsJson(pool: Pool, table: Table, row: RowText): Promise<Map<string, string>> {
  const columns = table.columns.filter(({ name }) => row.has(name));
  if (columns.length === 0) return new Map();
  const expressions = columns.map(({ sqlType }, index) =>
    sqlType === 'bytea'
      ? `to_jsonb($${index + 1}::text)::text`
      : `to_jsonb($${index + 1}::text::${sqlType})::text`,
  );
  const { rows } = await pool.query<(string | null)[]>({
    text: `select ${expressions.join(', ')}`,
    values: columns.map(({ name }) => row.get(name)),
    rowMode: 'array',
  });
  return new Map(columns.map(({ name }, index) => [name, rows[0]?.[index] ?? 'null']));
}

/** Whether a row meets all conditions. One on a column that the stream left out is not met. */
export async function meetsFilters(
  pool: Pool,
  table: Table,
  row: RowText,
  filters: ColumnFilter[],
): Promise<boolean> {
  const types = new Map(table.columns.map(({ name, sqlType }) => [name, sqlType]));
  const values: (string | null)[] = [];
  const conditions: string[] = [];
  for (const filter of filters) {
    const sqlType = types.get(filter.column);
    const value = row.get(filter.column);
    if (sqlType === undefined || value === undefined) return false;
    values.push(value, filter.value);
    conditions.push(filterSql(filter, sqlType, `$${values.length - 1}`, `$${values.length}`));
  }
  if (conditions.length === 0) return true;
  const { rows } = await pool.query<{ met: boolean | null }>(
    `select ${conditions.join(' and ')} as met`,
    values,
  );
  return rows[0]?.met === true;
}

/** Whether a person's policies show them the row, as it is now. */
export async function maySelectRow(pool: Pool, table: Table, row: RowText, claims: Claims): Promise<boolean> {
  const keys = table.columns.filter(({ isKey }) => isKey);
  const where = keys.map(
    ({ name, sqlType }, index) => `${escapeIdentifier(name)} = $${index + 1}::text::${sqlType}`,
  );
  const from = `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`;
  return asPerson(pool, claims, async (client) => {
    const { rows } = await client.query<{ visible: boolean }>(
      `select exists (select from ${from} where ${where.join(' and ')}) as visible`,
      keys.map(({ name }) => row.get(name)),
    );
    return rows[0]?.visible === true;
  });
}

async function asPerson<T>(pool: Pool, claims: Claims, ask: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await client.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
      claims.role,
      JSON.stringify(claims),
    ]);
    return await ask(client);
  } finally {
    await client.query('rollback').catch((error: Error) => (broken = error));
    client.release(broken);
  }
}
