import { type Entity, type EntityRow, type Field, linkedRow, textOf } from '../entities/entity.ts';
import { ENTITIES } from '../entities/entities.ts';
import { dayBounds } from './filter-bounds.ts';
import type { Filter, View } from './list.ts';

type Sought = Pick<View, 'filters' | 'q'>;

/** The conditions as the database applies them, for rows that arrive on the socket. */
export function matches(
  entity: Entity,
  { filters, q }: Sought,
  row: EntityRow,
  now: number = Date.now(),
): boolean {
  const holds = entity.fields.every((field) => {
    const filter = filters[field.key];
    return !filter || passes(field, filter, row[field.key], now);
  });
  return holds && (q === '' || isFound(entity, q.toLowerCase(), row));
}

function passes({ kind }: Field, filter: Filter, value: unknown, now: number): boolean {
  if (filter.kind === 'one-of') return typeof value === 'string' && filter.values.includes(value);
  if (filter.kind === 'is') return value === filter.value;
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  if (kind === 'number' && filter.kind === 'between') {
    const number = Number(value);
    return number >= Number(filter.from ?? -Infinity) && number <= Number(filter.to ?? Infinity);
  }
  const time = new Date(value).getTime();
  const { from, before } = dayBounds(filter, now);
  return (!from || time >= from.getTime()) && (!before || time < before.getTime());
}

function isFound({ fields }: Entity, q: string, row: EntityRow): boolean {
  return fields.some((field) => {
    if (!field.searched) return false;
    const value = row[field.key];
    if (field.kind !== 'link') return typeof value === 'string' && value.toLowerCase().includes(q);
    const linked = field.embed === undefined ? null : linkedRow(row, field.embed);
    if (!linked || !field.entity) return false;
    return ENTITIES[field.entity].names.some((name) => textOf(linked, name)?.toLowerCase().includes(q));
  });
}
