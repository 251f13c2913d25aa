import type { BoundTable } from './bindings.ts';
import { CellError, normalizeCell, type ColumnValue } from './normalize-cell.ts';
import type { Cells } from './payload.ts';

/** A column whose cell cannot be stored, and why. */
export interface BadCell {
  column: string;
  reason: string;
}

/** A record's cells as column values. What is bound to nothing is ignored. */
export interface ReadCells {
  values: Record<string, ColumnValue>;
  bad: BadCell[];
}

/** `whole`: a field without a cell is empty. Otherwise it is unchanged. */
export function readCells(bound: BoundTable, cells: Cells, whole: boolean): ReadCells {
  const read: ReadCells = { values: {}, bad: [] };
  if (whole) for (const { columnName } of bound.fields.values()) read.values[columnName] = null;
  for (const [fieldId, cell] of Object.entries(cells)) {
    const field = bound.fields.get(fieldId);
    if (!field) continue;
    try {
      read.values[field.columnName] = normalizeCell(field.column, cell);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      delete read.values[field.columnName];
      read.bad.push({ column: field.columnName, reason: error.message });
    }
  }
  return read;
}

/** Of a record that has an id to be stored by. */
export const isRecordId = (id: string): boolean => /^rec[A-Za-z0-9]+$/.test(id);
