import { MIRROR, TABLE_NAMES, type TableName } from './mirror-columns.ts';
import type { Cells } from './operation.ts';
import { performEdit } from './perform-edit.ts';
import type { World } from './world.ts';

/** Gives every table some records, each filled and linked: what comes next finds something to change. */
export function foundBase(world: World, records: number): void {
  for (const table of TABLE_NAMES) {
    for (let nth = 0; nth < records; nth++)
      performEdit(world, { do: 'create', table, cells: cellsAtFirst(table, nth) });
  }
}

function cellsAtFirst(table: TableName, nth: number): Cells {
  return Object.fromEntries(
    MIRROR[table].columns.map((column): [string, Cells[string]] => {
      switch (column.kind) {
        case 'text':
          return [column.field, `${column.field} ${nth}`];
        case 'number':
          return [column.field, nth];
        case 'checkbox':
          return [column.field, nth % 2 === 0];
        case 'dateTime':
          return [column.field, new Date(Date.UTC(2026, 0, nth + 1)).toISOString()];
        case 'choice':
          return [column.field, labelOf(column.values?.[nth % column.values.length] ?? 'Any')];
        case 'link':
          return [column.field, [nth]];
      }
    }),
  );
}

function labelOf(value: string): string {
  return `${value[0]?.toUpperCase() ?? ''}${value.slice(1).replaceAll('_', ' ')}`;
}
