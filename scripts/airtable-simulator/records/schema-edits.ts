import { AirtableError } from '../airtable-error.ts';
import type { Field, FieldType, Table } from '../schema.ts';
import { newId } from './new-id.ts';
import type { Transaction } from './transaction.ts';

/** Renames a field, changes its type (which empties its cells), or both. */
export function changeField(
  transaction: Transaction,
  tableName: string,
  fieldName: string,
  edit: { name?: string; type?: Exclude<FieldType, 'multipleRecordLinks'> },
): void {
  const table = transaction.table(tableName);
  const before = transaction.field(table, fieldName);
  if (edit.name !== undefined && edit.name !== before.name) checkName(table, edit.name);
  const after: Field = { ...before, ...edit };
  if (edit.type && edit.type !== before.type) {
    transaction.clearField(table.id, before.id);
    delete after.choices;
    delete after.link;
    if (edit.type === 'singleSelect') after.choices = [];
  }
  replaceTable(transaction, {
    ...table,
    fields: table.fields.map((field) => (field.id === before.id ? after : field)),
  });
  transaction.schemaChanges.push({ kind: 'field changed', tableId: table.id, before, after });
}

/** Adds a field that is not a link; its id is returned. */
export function createField(
  transaction: Transaction,
  tableName: string,
  name: string,
  type: Exclude<FieldType, 'multipleRecordLinks'>,
): string {
  const table = transaction.table(tableName);
  checkName(table, name);
  const field: Field = { id: newId('fld'), name, type, ...(type === 'singleSelect' ? { choices: [] } : {}) };
  replaceTable(transaction, { ...table, fields: [...table.fields, field] });
  transaction.schemaChanges.push({ kind: 'field created', tableId: table.id, field });
  return field.id;
}

/** Deletes a field with its cells; a link field takes its inverse with it. */
export function destroyField(transaction: Transaction, tableName: string, fieldName: string): void {
  const table = transaction.table(tableName);
  const field = transaction.field(table, fieldName);
  if (field.id === table.primaryFieldId)
    throw new AirtableError(422, 'INVALID_REQUEST_UNKNOWN', 'The primary field stays');
  removeField(transaction, table, field);
  if (field.link) {
    const other = transaction.table(field.link.tableId);
    removeField(transaction, other, transaction.field(other, field.link.inverseFieldId));
  }
}

export function renameTable(transaction: Transaction, tableName: string, name: string): void {
  const table = transaction.table(tableName);
  replaceTable(transaction, { ...table, name });
  transaction.schemaChanges.push({
    kind: 'table renamed',
    tableId: table.id,
    before: table.name,
    after: name,
  });
}

/** Adds an empty table with one text field; its id is returned. */
export function createTable(transaction: Transaction, name: string): string {
  const primary: Field = { id: newId('fld'), name: 'Name', type: 'singleLineText' };
  const table: Table = {
    id: newId('tbl'),
    name,
    primaryFieldId: primary.id,
    viewId: newId('viw'),
    fields: [primary],
  };
  transaction.tables = [...transaction.tables, table];
  transaction.schemaChanges.push({ kind: 'table created', tableId: table.id, table });
  return table.id;
}

/** Deletes a table with its records, and the link fields that led to it. */
export function destroyTable(transaction: Transaction, tableName: string): void {
  const table = transaction.table(tableName);
  for (const record of transaction.records(table)) transaction.destroy(table.id, record.id);
  for (const field of table.fields) {
    if (!field.link) continue;
    const other = transaction.table(field.link.tableId);
    removeField(transaction, other, transaction.field(other, field.link.inverseFieldId));
  }
  transaction.tables = transaction.tables.filter((candidate) => candidate.id !== table.id);
  transaction.schemaChanges.push({ kind: 'table destroyed', tableId: table.id });
}

function removeField(transaction: Transaction, table: Table, field: Field): void {
  transaction.clearField(table.id, field.id);
  const present = transaction.table(table.id);
  replaceTable(transaction, {
    ...present,
    fields: present.fields.filter((candidate) => candidate.id !== field.id),
  });
  transaction.schemaChanges.push({ kind: 'field destroyed', tableId: table.id, field });
}

function replaceTable(transaction: Transaction, table: Table): void {
  transaction.tables = transaction.tables.map((candidate) => (candidate.id === table.id ? table : candidate));
}

function checkName(table: Table, name: string): void {
  if (name.trim() !== '' && !table.fields.some((field) => field.name === name)) return;
  throw new AirtableError(
    422,
    'DUPLICATE_OR_EMPTY_FIELD_NAME',
    'A field name may neither be empty nor used twice',
  );
}
