import { z } from 'zod';
import { AirtableError, invalidRequest } from '../airtable-error.ts';
import { requireField } from './list-records.ts';
import { parseCell } from './parse-cell.ts';
import type { Fields, Transaction, WriteOptions } from './transaction.ts';

export const upsertSchema = z.object({ fieldsToMergeOn: z.array(z.string()).min(1).max(3) });

/** Updates the one record that agrees in `mergeOn`, or makes it. @throws AirtableError 422 where several agree */
export function upsert(
  transaction: Transaction,
  tableName: string,
  fields: Fields,
  mergeOn: readonly string[],
  options: WriteOptions,
): { id: string; created: boolean } {
  const table = transaction.table(tableName);
  const keys = mergeOn.map((name) => {
    const field = requireField(table, name);
    if (field.link || field.type === 'checkbox') throw invalidRequest(`cannot merge on field ${field.name}`);
    const value = fields[field.name] ?? fields[field.id];
    if (value === undefined || value === null)
      throw invalidRequest(`field ${field.name} is needed for merging`);
    const cell = parseCell(field, value, { typecast: options.typecast ?? false, ...NO_CONTEXT });
    return [field.id, cell] as const;
  });
  const matches = transaction
    .records(table)
    .filter((record) => keys.every(([id, cell]) => record.cells[id] === cell));
  if (matches.length > 1) {
    throw new AirtableError(
      422,
      'INVALID_VALUE_FOR_COLUMN',
      'Cannot update more than one record with the same merge fields',
    );
  }
  const [match] = matches;
  if (!match) return { id: transaction.create(tableName, fields, options), created: true };
  transaction.update(tableName, match.id, fields, options);
  return { id: match.id, created: false };
}

const NO_CONTEXT = {
  recordExists: () => false,
  // The value is written, and its choice made, by the create or update that follows.
  addChoice: () => undefined,
  recordByName: () => '',
};
