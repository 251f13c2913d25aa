import { AirtableError } from '../airtable-error.ts';
import type { Cell, Field } from '../schema.ts';

/** What a value may bring about beside its own cell. */
export interface CellContext {
  typecast: boolean;
  recordExists(tableId: string, recordId: string): boolean;
  /** Only with typecast: makes the choice. */
  addChoice(field: Field, name: string): void;
  /** Only with typecast: the record whose primary field says `name`, made where there is none. */
  recordByName(tableId: string, name: string): string;
}

/**
 * A value as a caller of the records API writes it, checked against the field; undefined is an empty cell.
 * @throws AirtableError 422
 */
export function parseCell(field: Field, value: unknown, context: CellContext): Cell | undefined {
  if (value === null || value === undefined) return undefined;
  switch (field.type) {
    case 'number':
      return parseNumber(field, value, context);
    case 'checkbox':
      return parseCheckbox(field, value, context);
    case 'dateTime':
      return parseDateTime(field, value);
    case 'singleSelect':
      return parseChoice(field, value, context);
    case 'multipleRecordLinks':
      return parseLinks(field, value, context);
    case 'singleLineText':
    case 'multilineText':
    case 'email':
    case 'url':
    case 'phoneNumber':
      return parseText(field, value, context);
  }
}

function refuse(field: Field): AirtableError {
  return new AirtableError(
    422,
    'INVALID_VALUE_FOR_COLUMN',
    `Field "${field.name}" cannot accept the provided value`,
  );
}

function parseText(field: Field, value: unknown, context: CellContext): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (context.typecast && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  throw refuse(field);
}

function parseNumber(field: Field, value: unknown, context: CellContext): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (context.typecast && typeof value === 'string') {
    const number = Number(value.replaceAll(/[,\s]/g, ''));
    return value.trim() === '' || !Number.isFinite(number) ? undefined : number;
  }
  throw refuse(field);
}

function parseCheckbox(field: Field, value: unknown, context: CellContext): true | undefined {
  if (typeof value === 'boolean') return value || undefined;
  if (context.typecast) return value === 1 || /^(true|1|yes|checked)$/i.test(String(value)) || undefined;
  throw refuse(field);
}

function parseDateTime(field: Field, value: unknown): string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) throw refuse(field);
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw refuse(field);
  return new Date(ms).toISOString();
}

function parseChoice(field: Field, value: unknown, context: CellContext): string | undefined {
  if (typeof value !== 'string') throw refuse(field);
  if (field.choices?.some((choice) => choice.name === value)) return value;
  if (context.typecast) {
    if (value.trim() === '') return undefined;
    context.addChoice(field, value);
    return value;
  }
  throw new AirtableError(
    422,
    'INVALID_MULTIPLE_CHOICE_OPTIONS',
    `Insufficient permissions to create new select option "${JSON.stringify(value)}"`,
  );
}

function parseLinks(field: Field, value: unknown, context: CellContext): readonly string[] | undefined {
  const tableId = field.link?.tableId ?? '';
  const items: unknown =
    context.typecast && typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value;
  if (!Array.isArray(items))
    throw new AirtableError(422, 'INVALID_VALUE_FOR_COLUMN', 'Value is not an array of record IDs.');
  const ids = items.map((item: unknown) => {
    if (typeof item === 'string' && /^rec[A-Za-z0-9]{14}$/.test(item)) {
      if (context.recordExists(tableId, item)) return item;
      throw new AirtableError(422, 'ROW_DOES_NOT_EXIST', `Record ID ${item} does not exist in this table`);
    }
    if (context.typecast && typeof item === 'string' && item !== '')
      return context.recordByName(tableId, item);
    throw new AirtableError(
      422,
      'INVALID_RECORD_ID',
      `Value ${JSON.stringify(item)} is not a valid record ID.`,
    );
  });
  const unique = [...new Set(ids)];
  return unique.length > 0 ? unique : undefined;
}
