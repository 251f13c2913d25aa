import { AirtableError } from '../airtable-error.ts';
import type { BaseRecord, Table } from '../schema.ts';
import { textCell } from './cell-forms.ts';

interface Presentation {
  byId: boolean;
  only?: readonly string[] | undefined;
  /** Given for `cellFormat=string`. */
  nameOf?: ((tableId: string, recordId: string) => string) | undefined;
}

/** A record in REST form: empty cells are left out. @throws AirtableError 404 where it is gone */
export function presentRecord(
  table: Table,
  record: BaseRecord | undefined,
  { byId, only, nameOf }: Presentation,
): unknown {
  if (!record) throw new AirtableError(404, 'NOT_FOUND');
  const fields: Record<string, unknown> = {};
  for (const field of table.fields) {
    const cell = record.cells[field.id];
    if (cell === undefined || (only && !only.includes(field.id))) continue;
    fields[byId ? field.id : field.name] = nameOf ? textCell(field, cell, nameOf) : cell;
  }
  return { id: record.id, createdTime: record.createdTime, fields };
}
