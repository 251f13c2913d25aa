import {
  MAPPING,
  MIRRORED_TABLES,
  type Column,
  type MirroredTable,
} from '../../edge-functions/airtable/mapping.ts';
import type { AirtableField, AirtableTable } from './airtable-set-up.ts';

export interface Binding {
  table_id: string;
  field_id: string;
  table_name: MirroredTable;
  column_name: string;
}

export interface Bound {
  bindings: Binding[];
  /** What the mirror reads and the base does not have, in plain words. */
  missing: string[];
  /** What is bound all the same, and somebody may want to know. */
  notes: string[];
}

const TEXT_TYPES =
  'singleLineText multilineText richText email url phoneNumber singleSelect autoNumber formula'.split(' ');

/** Tables in which people make records from here. */
const MADE_HERE: readonly MirroredTable[] = ['connections'];

/** Which fields of Airtable fill which kind of column without losing anything. */
const FITTING_TYPES: Record<Column['type']['kind'], string[]> = {
  text: TEXT_TYPES,
  integer: ['number', 'count', 'rating', 'autoNumber', 'duration'],
  boolean: ['checkbox'],
  timestamp: ['dateTime', 'date', 'createdTime', 'lastModifiedTime'],
  enum: ['singleSelect'],
  choice: ['singleSelect', 'singleLineText'],
  link: ['multipleRecordLinks'],
};

/**
 * Finds each column's field: the one that it is bound to already, whatever it is called by now, or else the one of the
 * expected name. From then on it is known by id.
 */
export function bindFields(tables: readonly AirtableTable[], before: readonly Binding[] = []): Bound {
  const bound: Bound = { bindings: [], missing: [], notes: [] };
  for (const name of MIRRORED_TABLES) {
    const known = before.filter((binding) => binding.table_name === name);
    const table =
      tables.find(({ id }) => known.some((binding) => binding.table_id === id)) ??
      tables.find((candidate) => candidate.name === MAPPING[name].table);
    if (table) bindTable(bound, name, table, known);
    else bound.missing.push(`The base has no table “${MAPPING[name].table}”.`);
  }
  return bound;
}

function bindTable(bound: Bound, name: MirroredTable, table: AirtableTable, known: readonly Binding[]): void {
  for (const [columnName, column] of Object.entries<Column>(MAPPING[name].columns)) {
    const fieldId = known.find((binding) => binding.column_name === columnName)?.field_id;
    const field =
      table.fields.find(({ id }) => id === fieldId) ??
      table.fields.find((candidate) => candidate.name === column.field);
    if (!field && column.optional) {
      if (MADE_HERE.includes(name))
        bound.notes.push(
          `The table “${table.name}” has no text field “${column.field}”: records cannot be made there from here. Add it and connect again.`,
        );
      continue;
    }
    if (!field) {
      bound.missing.push(`The table “${table.name}” has no field “${column.field}”.`);
      continue;
    }
    bound.bindings.push({
      table_id: table.id,
      field_id: field.id,
      table_name: name,
      column_name: columnName,
    });
    bound.notes.push(...notesOn(field, column).map((note) => `“${table.name}”, ${note}`));
  }
}

function notesOn(field: AirtableField, { field: expected, type }: Column): string[] {
  const notes: string[] = [];
  if (field.name !== expected)
    notes.push(`“${expected}” is called “${field.name}” in the base: it is followed by its id.`);
  if (!FITTING_TYPES[type.kind].includes(field.type)) {
    notes.push(
      `“${field.name}” is of type ${field.type}: cells that do not fit go to airtable.dead_letters.`,
    );
  }
  if (type.kind !== 'enum') return notes;
  const odd = (field.choices ?? []).filter((choice) => !type.values.includes(valueOf(choice)));
  if (odd.length > 0) {
    notes.push(
      `“${field.name}” has choices that the mirror does not know: ${odd.join(', ')}. Records with one of them go to airtable.dead_letters.`,
    );
  }
  return notes;
}

/** "Pending review" is pending_review, as the function reads it. */
function valueOf(choice: string): string {
  return choice
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}
