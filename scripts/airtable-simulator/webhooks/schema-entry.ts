import type { SchemaChange } from '../records/record-changes.ts';
import type { Field } from '../schema.ts';
import { hasType, tableOf, type Entry, type Filters, type Includes } from './payload-entry.ts';
import type { FieldPayload } from './payload.ts';

/** A schema change as a webhook with these filters sees it, or undefined. */
export function schemaEntry(one: SchemaChange, filters: Filters, includes: Includes): Entry | undefined {
  if (filters.recordChangeScope && filters.recordChangeScope !== one.tableId) return undefined;
  const isAboutField = one.kind.startsWith('field');
  if (!filters.dataTypes.includes(isAboutField ? 'tableFields' : 'tableMetadata')) return undefined;
  if (
    !hasType(
      filters,
      one.kind.endsWith('created') ? 'add' : one.kind.endsWith('destroyed') ? 'remove' : 'update',
    )
  )
    return undefined;
  const watched = filters.watchSchemasOfFieldIds;
  switch (one.kind) {
    case 'field created':
      if (watched) return undefined;
      return (payload) => {
        (tableOf(payload, one.tableId).createdFieldsById ??= {})[one.field.id] = {
          name: one.field.name,
          type: one.field.type,
        };
      };
    case 'field changed': {
      if (watched && !watched.includes(one.after.id)) return undefined;
      const [current, previous] = fieldDifference(one.before, one.after);
      if (Object.keys(current).length === 0) return undefined;
      return (payload) => {
        (tableOf(payload, one.tableId).changedFieldsById ??= {})[one.after.id] = {
          current,
          ...(includes.includePreviousFieldDefinitions ? { previous } : {}),
        };
      };
    }
    case 'field destroyed':
      return (payload) => {
        (tableOf(payload, one.tableId).destroyedFieldIds ??= []).push(one.field.id);
      };
    case 'table created':
      return (payload) => {
        const fields = one.table.fields.map((field): [string, FieldPayload] => [
          field.id,
          { name: field.name, type: field.type },
        ]);
        (payload.createdTablesById ??= {})[one.tableId] = {
          metadata: { name: one.table.name },
          fieldsById: Object.fromEntries(fields),
          recordsById: {},
        };
      };
    case 'table renamed':
      return (payload) => {
        tableOf(payload, one.tableId).changedMetadata = {
          current: { name: one.after },
          previous: { name: one.before },
        };
      };
    case 'table destroyed':
      return (payload) => {
        (payload.destroyedTableIds ??= []).push(one.tableId);
      };
  }
}

function fieldDifference(before: Field, after: Field): [current: FieldPayload, previous: FieldPayload] {
  const current: FieldPayload = {};
  const previous: FieldPayload = {};
  for (const key of ['name', 'type'] as const) {
    if (before[key] === after[key]) continue;
    current[key] = after[key];
    previous[key] = before[key];
  }
  return [current, previous];
}
