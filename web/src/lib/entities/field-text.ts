import { ENTITIES } from './entities.ts';
import { type EntityRow, type Field, linkedRow } from './entity.ts';

/** A number, or how many rows PostgREST counted in its place. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const counted: unknown = Array.isArray(value) ? value[0] : undefined;
  const isCount = typeof counted === 'object' && counted !== null && 'count' in counted;
  return isCount ? Number(counted.count) : null;
}

/** A field as plain words, for titles and for files; empty where there is nothing. */
export function plainText(field: Field, row: EntityRow): string {
  const value = row[field.key];
  if (field.kind === 'link') {
    const linked = field.embed === undefined ? null : linkedRow(row, field.embed);
    return linked && field.entity ? ENTITIES[field.entity].title(linked) : '';
  }
  if (field.kind === 'number') return String(numberOf(value) ?? '');
  if (field.kind === 'boolean') return value === true ? 'Yes' : 'No';
  if (typeof value !== 'string') return '';
  if (field.kind === 'url') return value.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
  return field.choices?.find((choice) => choice.value === value)?.label ?? value;
}
