import type { EntityKey } from '../entities/entity.ts';
import { ENTITIES } from '../entities/entities.ts';
import { cellText } from './cell-text.ts';

const RECORD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const fieldOf = (table: EntityKey, column: string) =>
  ENTITIES[table].fields.find(({ key }) => key === column);

/** A column by the name that people know. */
export function columnLabel(table: EntityKey, column: string): string {
  const words = column.replace(/_id$/, '').replaceAll('_', ' ');
  return fieldOf(table, column)?.label ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** A column's value as people read it. */
export function columnText(table: EntityKey, column: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  // Of a linked record the outbox knows the id alone.
  if (typeof value === 'string' && RECORD_ID.test(value)) return 'a linked record';
  const choice = fieldOf(table, column)?.choices?.find((one) => one.value === value);
  return cellText(choice?.label ?? value);
}
