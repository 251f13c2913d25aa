import { ACTIVITY_ENTITIES, type ActivityEntity, type ActivityLine } from './activity-line.ts';
import { ACTIVITY_SOURCES } from './activity-words.ts';

export const ACTIVITY_ACTIONS = {
  created: 'Added',
  updated: 'Changed',
  removed: 'Removed',
  restored: 'Brought back',
} as const;
export type ActivityAction = keyof typeof ACTIVITY_ACTIONS;

/** What the page shows; an empty list is no condition. Lives in the URL. */
export interface ActivityFilters {
  entity: readonly ActivityEntity[];
  action: readonly ActivityAction[];
  source: readonly string[];
  /** Ids of the staff. */
  person: readonly string[];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const KNOWN: { [Key in keyof ActivityFilters]: (value: string) => boolean } = {
  entity: (value) => Object.hasOwn(ACTIVITY_ENTITIES, value),
  action: (value) => Object.hasOwn(ACTIVITY_ACTIONS, value),
  source: (value) => ACTIVITY_SOURCES.includes(value),
  person: (value) => UUID.test(value),
};
const KEYS = Object.keys(KNOWN) as (keyof ActivityFilters)[];

export const NO_FILTERS: ActivityFilters = { entity: [], action: [], source: [], person: [] };

/** Reads the address; what it does not understand counts as absent. */
export function readActivityFilters(search: Pick<URLSearchParams, 'get'>): ActivityFilters {
  const read = KEYS.map((key) => {
    const values = (search.get(key) ?? '').split(',').filter((value) => KNOWN[key](value));
    return [key, [...new Set(values)].sort()];
  });
  return Object.fromEntries(read) as ActivityFilters;
}

/** The query string, without what is empty: `''` or `?entity=signal,contact`. */
export function writeActivityFilters(filters: ActivityFilters): string {
  const text = KEYS.filter((key) => filters[key].length > 0)
    .map((key) => `${key}=${filters[key].join(',')}`)
    .join('&');
  return text && `?${text}`;
}

export const isFiltered = (filters: ActivityFilters): boolean => KEYS.some((key) => filters[key].length > 0);

/** As the database answers them. */
export const fits = (
  { entity, action, source, actor }: Pick<ActivityLine, 'entity' | 'action' | 'source' | 'actor'>,
  filters: ActivityFilters,
): boolean =>
  has(filters.entity, entity) &&
  has(filters.action, action) &&
  has(filters.source, source) &&
  has(filters.person, actor);

const has = <T>(chosen: readonly T[], value: T | null): boolean =>
  chosen.length === 0 || (value !== null && chosen.includes(value));
