import { MAPPING, MIRRORED_TABLES, type MirroredTable } from '../../edge-functions/airtable/mapping.ts';
import type { AirtableTable } from './airtable-set-up.ts';

export interface Binding {
  table_id: string;
  field_id: string;
  table_name: MirroredTable;
  column_name: string;
}

/** Finds each column's field by name, this once: from then on it is known by id. `missing` is in plain words. */
export function bindFields(tables: readonly AirtableTable[]): { bindings: Binding[]; missing: string[] } {
  const bindings: Binding[] = [];
  const missing: string[] = [];
  for (const tableName of MIRRORED_TABLES) {
    const { table: airtableName, columns } = MAPPING[tableName];
    const table = tables.find((candidate) => candidate.name === airtableName);
    if (!table) {
      missing.push(`The base has no table “${airtableName}”.`);
      continue;
    }
    for (const [columnName, column] of Object.entries(columns)) {
      const field = table.fields.find((candidate) => candidate.name === column.field);
      if (!field) missing.push(`The table “${airtableName}” has no field “${column.field}”.`);
      else
        bindings.push({
          table_id: table.id,
          field_id: field.id,
          table_name: tableName,
          column_name: columnName,
        });
    }
  }
  return { bindings, missing };
}
