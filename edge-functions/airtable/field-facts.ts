import type { FieldDefinition } from './airtable-client.ts';
import type { FieldBinding } from './bindings.ts';
import { columnOf, type Column } from './mapping.ts';
import { CellError, normalizeCell } from './normalize-cell.ts';

/** A field that is bound, as it is called now. */
export interface FieldFacts {
  table_id: string;
  field_id: string;
  /** Null: it is not there any more. */
  name: string | null;
  /** As it was called when it was bound. */
  bound_as: string;
  /** Choices that would make a record a dead letter. */
  unknown_choices: string[];
}

/** What owners are to know of the fields that are bound. */
export function fieldFacts(
  fields: readonly FieldDefinition[],
  bindings: readonly FieldBinding[],
): FieldFacts[] {
  const found = new Map(fields.map((field) => [field.field_id, field]));
  return bindings.flatMap(({ tableId, fieldId, table, column: columnName, drift }) => {
    const column = columnOf(table, columnName);
    if (!column) return [];
    const { name, choices = [] } = found.get(fieldId) ?? {};
    return [
      {
        table_id: tableId,
        field_id: fieldId,
        name: name ?? null,
        bound_as: column.field,
        unknown_choices: drift ? [] : choices.filter((choice) => !isReadable(column, choice)),
      },
    ];
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
