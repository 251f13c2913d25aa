import type { Column } from './mapping.ts';
import { valueOfChoice, type ColumnValue } from './normalize-cell.ts';

/**
 * A column's value as the records API takes it: the inverse of `normalizeCell`. `there` is the cell as it is now, of which
 * the mirror may know only a part; `choices` are the names of the field's, where it is a select.
 */
export function writeCell(
  column: Column,
  value: ColumnValue,
  there: unknown,
  choices: readonly string[] | undefined,
): unknown {
  switch (column.type.kind) {
    case 'boolean':
      return value === true;
    case 'link': {
      // The first is the mirror's; the others stay, unless nothing is to be linked any more.
      const others: readonly unknown[] = Array.isArray(there) ? there.slice(1) : [];
      return value === null ? [] : [value, ...others.filter((id) => id !== value)];
    }
    case 'enum':
      // What an empty cell is here (no region) is no choice there.
      if (typeof value !== 'string' || !column.type.values.includes(value)) return null;
      // Of a choice that is not there Airtable says so itself.
      return choices?.find((name) => valueOfChoice(name) === value) ?? labelOf(value);
    case 'text':
    case 'choice':
      return value === '' ? null : value;
    case 'integer':
    case 'timestamp':
      return value;
  }
}

/** pending_review is "Pending review". */
const labelOf = (value: string): string =>
  `${value.slice(0, 1).toUpperCase()}${value.slice(1).replaceAll('_', ' ')}`;
