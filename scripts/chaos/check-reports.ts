import { MIRROR, TABLE_NAMES } from './mirror-columns.ts';
import type { World } from './world.ts';

/** Where the mirror says other things of itself than what happened, in words. */
export async function checkReports(world: World): Promise<string[]> {
  const { database } = world.lane;
  const expected = new Set(
    TABLE_NAMES.flatMap((table) =>
      world
        .columns(table)
        .filter((column) => world.drift.isFrozen(table, column))
        .map(({ column }) => `${MIRROR[table].rows}.${column}`),
    ),
  );
  const { rows: noted } = await database.query<{ name: string }>(
    `select table_name || '.' || column_name as name from airtable.field_bindings where drift is not null and column_name <> 'live_id'`,
  );
  const found = new Set(noted.map(({ name }) => name));
  const { rows: unfinished } = await database.query<{ id: string }>(
    `select id from airtable.runs where kind = 'backfill' and state = 'running'`,
  );
  return [
    ...[...expected]
      .filter((name) => !found.has(name))
      .map((name) => `Nothing says that ${name} is in drift`),
    ...[...found].filter((name) => !expected.has(name)).map((name) => `${name} is said to be in drift`),
    ...unfinished.map(({ id }) => `The backfill ${id} is said to go on`),
  ];
}
