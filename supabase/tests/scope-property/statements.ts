import { statementOfAction } from './actions.ts';
import type { Registry } from './registry.ts';
import type { Change } from './steps.ts';
import { LINKS, TABLES, type TableName } from './tables.ts';

/** The SQL of a change, empty when there is nothing that it could be about. */
export function statementOf(change: Change, registry: Registry): string {
  switch (change.do) {
    case 'act':
      return statementOfAction(change, registry);
    case 'insert':
      return insert(change, registry);
    case 'update':
      return change.row === 'all'
        ? `update ${change.table} set ${assignments(change.set)}`
        : onRow(
            change,
            registry,
            (id) => `update ${change.table} set ${assignments(change.set)} where id = '${id}'`,
          );
    case 'link': {
      const target = targetOf(change.table, change.column, change.to, registry);
      return onRow(
        change,
        registry,
        (id) => `update ${change.table} set ${change.column} = ${literal(target)} where id = '${id}'`,
      );
    }
    case 'tombstone':
    case 'restore': {
      if (!TABLES[change.table].tombstones) return '';
      const at = change.do === 'tombstone' ? 'now()' : 'null';
      return onRow(
        change,
        registry,
        (id) => `update ${change.table} set deleted_at = ${at} where id = '${id}'`,
      );
    }
    case 'delete':
      return onRow(change, registry, (id) => `delete from ${change.table} where id = '${id}'`);
    default:
      return rightsStatement(change, registry);
  }
}

function rightsStatement(
  change: Extract<Change, { do: 'role' | 'region' | 'member' | 'delete account' }>,
  registry: Registry,
): string {
  const person = registry.people[change.who]!;
  switch (change.do) {
    case 'role':
      return change.role === null
        ? `delete from admins where user_id = '${person}'`
        : `insert into admins (user_id, display_name, role) values ('${person}', 'P', '${change.role}')
           on conflict (user_id) do update set role = excluded.role`;
    case 'region':
      return change.has
        ? `insert into admin_regions (user_id, region) select user_id, '${change.region}' from admins
           where user_id = '${person}' on conflict do nothing`
        : `delete from admin_regions where user_id = '${person}' and region = '${change.region}'`;
    case 'member': {
      const startup = registry.pick('startups', change.startup)!;
      return change.has
        ? `insert into startup_members (user_id, startup_id) select u.id, s.id from auth.users u, startups s
           where u.id = '${person}' and s.id = '${startup}' on conflict do nothing`
        : `delete from startup_members where user_id = '${person}' and startup_id = '${startup}'`;
    }
    case 'delete account':
      return `delete from auth.users where id = '${person}'`;
  }
}

function insert(change: Extract<Change, { do: 'insert' }>, registry: Registry): string {
  const { table, count, links } = change;
  const targets = Object.entries(links).map(([column, to]) => [
    column,
    targetOf(table, column, to, registry),
  ]);
  const set = { ...TABLES[table].required, ...change.set, ...Object.fromEntries(targets) } as Record<
    string,
    unknown
  >;
  const columns = Object.keys(set).map((column) => `, ${column}`);
  const values = Object.values(set).map((value) => `, ${literal(value)}`);
  const rows = Array.from({ length: count }, () => `('${registry.add(table)}'${values.join('')})`);
  return `insert into ${table} (id${columns.join('')}) values ${rows.join(', ')} on conflict do nothing`;
}

function targetOf(table: TableName, column: string, to: number, registry: Registry): string | null {
  const target = (LINKS[table] as Record<string, string>)[column]!;
  // Where the link may be missing, the first number says that it is.
  if (TABLES[table].tombstones && to === 0) return null;
  return registry.pick(target, to) ?? null;
}

function onRow(
  change: { table: TableName; row: number | 'all' },
  registry: Registry,
  sql: (id: string) => string,
): string {
  const id = registry.pick(change.table, Number(change.row));
  return id === undefined ? '' : sql(id);
}

function assignments(set: Record<string, unknown>): string {
  return Object.entries(set)
    .map(([column, value]) => `${column} = ${literal(value)}`)
    .join(', ');
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}
