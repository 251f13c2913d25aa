import type { BaseRecord, Cell } from '../airtable-simulator/schema.ts';
import type { MirrorColumn } from './mirror-columns.ts';

/** A column's value as `readRows` gives it: links as the other record's id in Airtable, times as epoch ms. */
export type RowValue = string | number | boolean | null;

/** The value that a cell cannot become. */
export const BAD = Symbol('no value of this column');

/** What the mirror should hold for a cell. */
export function expectedValue(column: MirrorColumn, cell: Cell | undefined): RowValue | typeof BAD {
  if (cell === undefined) return column.whenEmpty ?? null;
  switch (column.kind) {
    case 'text':
      // Postgres has no text with a zero character.
      return String(cell).split('\u0000').join('');
    case 'number': {
      const whole = Math.round(Number(cell));
      return whole >= 0 && whole <= Number.MAX_SAFE_INTEGER ? Math.abs(whole) : BAD;
    }
    case 'checkbox':
      return cell === true;
    case 'dateTime':
      return new Date(String(cell)).getTime();
    case 'choice': {
      if (!column.values) return String(cell);
      const name = String(cell).toLowerCase().split(/[ -]/).join('_');
      return column.values.includes(name) ? name : BAD;
    }
    case 'link':
      return (cell as readonly string[])[0] ?? null;
  }
}

export interface ExpectedRow {
  values: Map<string, RowValue>;
  /** Columns whose cells cannot be stored: the record belongs to the dead letters. */
  bad: string[];
}

/** `fieldId` is undefined for a field that is gone. */
export function expectedRow(
  columns: readonly MirrorColumn[],
  record: BaseRecord,
  fieldId: (column: MirrorColumn) => string | undefined,
): ExpectedRow {
  const row: ExpectedRow = { values: new Map(), bad: [] };
  for (const column of columns) {
    const id = fieldId(column);
    if (id === undefined) continue;
    const value = expectedValue(column, record.cells[id]);
    if (value === BAD) row.bad.push(column.column);
    else row.values.set(column.column, value);
  }
  return row;
}
