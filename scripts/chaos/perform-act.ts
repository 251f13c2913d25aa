import { setTimeout as delay } from 'node:timers/promises';
import type { Cells } from './operation.ts';
import { MIRROR, type MirrorColumn, type TableName } from './mirror-columns.ts';
import type { World } from './world.ts';

const PATIENCE_MS = 400;

/** Changes the row of a record as an action of the app does. What the table does not take is left out. */
export async function act(
  world: World,
  { table, record: nth, cells }: { table: TableName; record: number; cells: Cells },
): Promise<void> {
  const record = await shownRecord(world, table, nth);
  if (record === undefined) return;
  const changes = world.columns(table).flatMap((column): [string, string, unknown][] => {
    const cell = cells[column.field];
    // Nobody follows it any more: the mirror keeps what it holds.
    if (cell === undefined || world.drift.isFrozen(table, column) || !world.fieldId(table, column)) return [];
    const value = valueOf(world, column, cell);
    return value === undefined ? [] : [[column.column, expressionOf(column), value]];
  });
  if (changes.length === 0) return;
  const assigned = changes.map(
    ([column, expression], index) => `${column} = ${expression.replace('?', `$${index + 2}`)}`,
  );
  await attempt(
    world,
    `update public.${MIRROR[table].rows} set ${assigned.join(', ')} where airtable_id = $1 and deleted_at is null`,
    [record, ...changes.map(([, , value]) => value)],
  );
}

/** As a request of a startup does. */
export async function makeHere(world: World, nth: number): Promise<void> {
  const signal = await shownRecord(world, 'Signals', nth);
  const startup = await shownRecord(world, 'Startups', nth);
  await attempt(
    world,
    `insert into public.connections (signal_id, startup_id, notes)
     select s.id, t.id, 'Made here' from public.signals s, public.startups t
     where s.airtable_id = $1 and t.airtable_id = $2 and s.deleted_at is null and t.deleted_at is null`,
    [signal ?? null, startup ?? null],
  );
}

/** The n-th of the records that a person of the app sees: soon after they are made, nobody does yet. */
async function shownRecord(world: World, table: TableName, nth: number): Promise<string | undefined> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await world.lane.database.query<{ id: string }>(
      `select airtable_id as id from public.${MIRROR[table].rows} where deleted_at is null and airtable_id is not null`,
    );
    const shown = new Set(rows.map(({ id }) => id));
    const records = world.records(table).filter(({ id }) => shown.has(id));
    if (records.length > 0 || world.records(table).length === 0 || performance.now() > until)
      return records[nth % records.length]?.id;
    await delay(10);
  }
}

async function attempt(world: World, statement: string, values: unknown[]): Promise<void> {
  try {
    await world.lane.database.query(statement, values);
  } catch (error) {
    // Refused by the table, or by whoever cuts connections.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** Undefined: no value of this column. */
function valueOf(world: World, column: MirrorColumn, cell: Cells[string]): unknown {
  if (cell === null) return column.whenEmpty ?? null;
  switch (column.kind) {
    case 'text':
      return String(cell).replaceAll('\u0000', '');
    case 'number':
      return typeof cell === 'number' && cell >= 0 && cell <= 1e7 ? Math.round(cell) : undefined;
    case 'choice': {
      const value = String(cell).toLowerCase().replaceAll(' ', '_');
      if (!column.values) return cell;
      return column.values.includes(value) ? value : undefined;
    }
    case 'link':
      return Array.isArray(cell) ? (world.record(column.to, Number(cell[0] ?? 0))?.id ?? null) : null;
    case 'checkbox':
    case 'dateTime':
      return cell;
  }
}

function expressionOf(column: MirrorColumn): string {
  if (column.kind !== 'link') return '?';
  return `(select p.id from public.${MIRROR[column.to].rows} p where p.airtable_id = ?)`;
}
