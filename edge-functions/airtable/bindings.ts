import { columnOf, type Column, type MirroredTable } from './mapping.ts';

/** Which column a field fills; by field id, since names change. */
export interface FieldBinding {
  tableId: string;
  fieldId: string;
  table: MirroredTable;
  column: string;
  /** As Airtable calls it; null until the schema was looked at. */
  fieldType?: string | null;
  /** Why the field is not followed any more. */
  drift?: string | null;
}

export interface BoundField {
  columnName: string;
  column: Column;
  fieldType: string | null;
}

/** A table of the base with the fields that are followed. */
export interface BoundTable {
  id: string;
  table: MirroredTable;
  fields: Map<string, BoundField>;
}

/** The bindings by table id. Fields in drift are left out: their columns stay as they are. */
export function bindTables(bindings: readonly FieldBinding[]): Map<string, BoundTable> {
  const tables = new Map<string, BoundTable>();
  for (const { tableId, fieldId, table, column: columnName, fieldType = null, drift = null } of bindings) {
    let bound = tables.get(tableId);
    if (!bound) tables.set(tableId, (bound = { id: tableId, table, fields: new Map() }));
    const column = columnOf(table, columnName);
    if (column && drift === null) bound.fields.set(fieldId, { columnName, column, fieldType });
  }
  return tables;
}
