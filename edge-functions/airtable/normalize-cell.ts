import type { Column } from './mapping.ts';

/** A column's value as Postgres takes it in JSON; null means cleared. */
export type ColumnValue = string | number | boolean | null;

/** Says in plain words why a cell cannot become its column's value. */
export class CellError extends Error {
  override name = 'CellError';
}

/** Longer text than any field of Airtable holds. */
const MAX_TEXT_CHARACTERS = 100_000;

function isCleared(cell: unknown): boolean {
  return (
    cell === null ||
    cell === undefined ||
    cell === '' ||
    cell === false ||
    (Array.isArray(cell) && cell.length === 0)
  );
}

function refuse(column: Column, cell: unknown, expected: string): never {
  const shown = JSON.stringify(cell) ?? String(cell);
  throw new CellError(`${column.field}: ${shown.slice(0, 200)} is not ${expected}`);
}

/** A name as the webhook form ({name}) or the REST form (a string) gives it. */
function nameOf(cell: unknown): string | undefined {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'object' && cell !== null && 'name' in cell && typeof cell.name === 'string')
    return cell.name;
  return undefined;
}

function idOf(cell: unknown): string | undefined {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'object' && cell !== null && 'id' in cell && typeof cell.id === 'string')
    return cell.id;
  return undefined;
}

/** Postgres cannot store the zero character in text. */
function cleanText(value: string): string {
  return value.replaceAll('\u0000', '');
}

/**
 * Turns a cell of either form, the webhooks' or the REST API's, into its column's value. Throws `CellError` for what
 * cannot be one.
 */
export function normalizeCell(column: Column, cell: unknown): ColumnValue {
  if (isCleared(cell)) return null;
  switch (column.type.kind) {
    case 'text':
      if (typeof cell !== 'string') return refuse(column, cell, 'text');
      if (cell.length > MAX_TEXT_CHARACTERS)
        return refuse(column, cell, `text of at most ${MAX_TEXT_CHARACTERS} characters`);
      return cleanText(cell);
    case 'integer':
      if (typeof cell !== 'number' || !Number.isSafeInteger(Math.round(cell)))
        return refuse(column, cell, 'a number');
      return Math.round(cell);
    case 'boolean':
      return cell === true ? true : refuse(column, cell, 'a checkbox');
    case 'timestamp':
      if (typeof cell !== 'string' || Number.isNaN(Date.parse(cell))) return refuse(column, cell, 'a date');
      return cell;
    case 'enum': {
      const value = nameOf(cell)
        ?.trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_');
      if (value === undefined || !column.type.values.includes(value)) {
        return refuse(
          column,
          nameOf(cell) ?? cell,
          `a choice that the mirror knows (${column.type.values.join(', ')})`,
        );
      }
      return value;
    }
    case 'choice': {
      const name = nameOf(cell);
      return name === undefined ? refuse(column, cell, 'a choice') : cleanText(name);
    }
    case 'link': {
      const id = Array.isArray(cell) ? idOf(cell[0]) : undefined;
      return id !== undefined && /^rec[A-Za-z0-9]+$/.test(id)
        ? id
        : refuse(column, cell, 'a list of linked records');
    }
  }
}
