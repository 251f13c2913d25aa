import type { Entity, EntityRow, Field } from '../entities/entity.ts';
import type { View } from './list.ts';

/** How the database orders two rows of a view; empty values come last, equal ones by id. */
export function compareRows(entity: Entity, { field, descending }: View['sort']) {
  const sorted = entity.fields.find(({ key }) => key === field);
  const key = (row: EntityRow) => sortKey(sorted, row[field]);
  const sign = descending ? -1 : 1;
  return (a: EntityRow, b: EntityRow): number => {
    const [left, right] = [key(a), key(b)];
    if (left === right) return a.id < b.id ? -1 : Number(a.id > b.id);
    if (left === null) return 1;
    if (right === null) return -1;
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * String(left).localeCompare(String(right), 'en');
  };
}

/** False where only the database knows the order: its rules for text are its own. */
export function isOrderKnown(entity: Entity, sort: View['sort']): boolean {
  const field = entity.fields.find(({ key }) => key === sort.field);
  if (!field) return false;
  if (field.kind === 'enum') return field.choices !== undefined;
  return ['date', 'datetime', 'number', 'boolean'].includes(field.kind);
}

function sortKey(field: Field | undefined, value: unknown): number | string | null {
  if (value === null || value === undefined) return null;
  // Enums sort by their order in the database, which is the order of their choices.
  if (field?.choices) return field.choices.findIndex((choice) => choice.value === value);
  if (typeof value !== 'string') return Number(value);
  return field?.kind === 'datetime' || field?.kind === 'date' ? Date.parse(value) : value;
}
