import { AirtableError } from '../airtable-error.ts';
import type { Choice, Field, Table } from '../schema.ts';
import type { Transaction } from './transaction.ts';

/** Renames a choice; the cells that hold it show the new name at once, and are told as changed [inferred]. */
export function renameChoice(
  transaction: Transaction,
  tableName: string,
  fieldName: string,
  choiceName: string,
  name: string,
): void {
  const { table, field, choices, choice } = find(transaction, tableName, fieldName, choiceName);
  if (choices.some((other) => other.name === name && other !== choice)) throw notAllowed();
  put(
    transaction,
    table,
    field,
    choices.map((other) => (other === choice ? { ...choice, name } : other)),
  );
  replaceCells(transaction, table, field, choice.name, name);
}

/** Deletes a choice; the cells that hold it become empty. */
export function destroyChoice(
  transaction: Transaction,
  tableName: string,
  fieldName: string,
  choiceName: string,
): void {
  const { table, field, choices, choice } = find(transaction, tableName, fieldName, choiceName);
  put(
    transaction,
    table,
    field,
    choices.filter((other) => other !== choice),
  );
  replaceCells(transaction, table, field, choice.name, null);
}

function find(
  transaction: Transaction,
  tableName: string,
  fieldName: string,
  choiceName: string,
): { table: Table; field: Field; choices: readonly Choice[]; choice: Choice } {
  const table = transaction.table(tableName);
  const field = transaction.field(table, fieldName);
  const choices = field.choices ?? [];
  const choice = choices.find((candidate) => candidate.name === choiceName);
  if (!choice) throw notAllowed();
  return { table, field, choices, choice };
}

function notAllowed(): AirtableError {
  return new AirtableError(
    422,
    'INVALID_MULTIPLE_CHOICE_OPTIONS',
    'There is no such choice, or one of that name',
  );
}

function put(transaction: Transaction, table: Table, field: Field, choices: Choice[]): void {
  const after: Field = { ...field, choices };
  const fields = table.fields.map((candidate) => (candidate.id === field.id ? after : candidate));
  transaction.tables = transaction.tables.map((candidate) =>
    candidate.id === table.id ? { ...table, fields } : candidate,
  );
  transaction.schemaChanges.push({ kind: 'field changed', tableId: table.id, before: field, after });
}

function replaceCells(
  transaction: Transaction,
  table: Table,
  field: Field,
  from: string,
  to: string | null,
): void {
  for (const record of transaction.records(table)) {
    if (record.cells[field.id] === from) transaction.update(table.id, record.id, { [field.id]: to });
  }
}
