import type { FieldDefinition } from './airtable-client.ts';
import { bindTables, type FieldBinding } from './bindings.ts';
import { CellError, normalizeCell } from './normalize-cell.ts';
import type { Column } from './mapping.ts';

/** A field as it is called now, with the choices that the mirror could not store. */
export interface FieldFacts {
  table_id: string;
  field_id: string;
  name: string;
  unknown_choices: string[];
}

/** The fields that are bound, and which of their choices would make a record a dead letter. */
export function unknownChoices(
  fields: readonly FieldDefinition[],
  bindings: readonly FieldBinding[],
): FieldFacts[] {
  const tables = bindTables(bindings);
  return fields.flatMap(({ table_id, field_id, name, choices = [] }) => {
    const bound = tables.get(table_id)?.fields.get(field_id);
    if (name === undefined) return [];
    const unknown = bound ? choices.filter((choice) => !isReadable(bound.column, choice)) : [];
    return [{ table_id, field_id, name, unknown_choices: unknown }];
  });
}

function isReadable(column: Column, choice: string): boolean {
  try {
    normalizeCell(column, choice);
    return true;
  } catch (error) {
    if (error instanceof CellError) return false;
    throw error;
  }
}
