import type { Entity } from '../entities/entity.ts';
import { LISTS } from '../lists/lists.ts';
import { allFilters, readView } from '../lists/view.ts';
import type { Rule } from './notification-rules.ts';

/** A view that its reader has kept, of any list. */
export interface KeptView {
  id: string;
  page: string;
  name: string;
  query: string;
}

export const eventOf = ({ id }: Pick<KeptView, 'id'>): string => `view:${id}`;

const SINGULAR: Record<Entity['key'], string> = {
  signals: 'signal',
  connections: 'connection',
  startups: 'startup',
  organizations: 'organization',
  contacts: 'contact',
  interactions: 'interaction',
};

/**
 * What the database compares a record with: {entity, name, conditions: {column: [value]}}. Null for a view
 * with a search, a range or days: whether a record enters it is more than one look at the record.
 */
export function filterOfView({ page, name, query }: KeptView): NonNullable<Rule['filter']> | null {
  const list = Object.values(LISTS).find(({ id }) => id === page);
  if (!list) return null;
  const view = readView(list, new URLSearchParams(query));
  if (view.q) return null;
  const conditions: Record<string, string[]> = {};
  for (const [column, filter] of Object.entries(allFilters(list, view))) {
    if (filter.kind === 'one-of') conditions[column] = [...filter.values];
    else if (filter.kind === 'is') conditions[column] = [String(filter.value)];
    else return null;
  }
  return { entity: SINGULAR[list.entity.key], name, conditions };
}
