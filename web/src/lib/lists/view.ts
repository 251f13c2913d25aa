import type { Field } from '../entities/entity.ts';
import { paramOf, readFilter, writeFilter } from './filter-param.ts';
import type { Filter, Filters, List, View } from './list.ts';

const Q_MAX = 100;

/** Fields whose filter the reader may set on this list. */
export const filterFields = ({ entity, always }: List): Field[] =>
  entity.fields.filter(({ key, filterable }) => filterable && !Object.hasOwn(always, key));

/** Reads the query string; what it does not understand counts as absent. */
export function readView(list: List, search: Pick<URLSearchParams, 'get'>): View {
  const filters: Record<string, Filter> = {};
  for (const field of filterFields(list)) {
    const text = search.get(paramOf(field));
    const filter = text === null ? null : readFilter(field, text);
    if (filter) filters[field.key] = filter;
  }
  return {
    filters,
    // No text of the database has this sign, and it refuses a question that has.
    q: (search.get('q') ?? '').replaceAll('\0', '').trim().slice(0, Q_MAX),
    sort: readSort(list, search.get('sort')) ?? list.sort,
    ...(list.board && search.get('show') === 'board' && { board: true as const }),
  };
}

function readSort({ entity }: List, text: string | null): View['sort'] | null {
  const [, minus, name] = /^(-?)(\w+)$/.exec(text ?? '') ?? [];
  const field = entity.fields.find((known) => known.sortable && paramOf(known) === name);
  return field ? { field: field.key, descending: minus === '-' } : null;
}

/** The query string of a view, without what is default: `''` or `?status=…`. */
export function writeView(list: List, { filters, q, sort, board }: View): string {
  const search = new URLSearchParams();
  for (const field of filterFields(list)) {
    const filter = filters[field.key];
    if (filter) search.set(paramOf(field), writeFilter(filter));
  }
  if (q) search.set('q', q);
  if (sort.field !== list.sort.field || sort.descending !== list.sort.descending) {
    const field = list.entity.fields.find(({ key }) => key === sort.field);
    if (field) search.set('sort', (sort.descending ? '-' : '') + paramOf(field));
  }
  if (board) search.set('show', 'board');
  const text = search.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

/** A query string without what means nothing, or nothing any more. */
export const understood = (list: List, query: string): string =>
  writeView(list, readView(list, new URLSearchParams(query)));

/** The list without conditions of the reader's. */
export const plainView = (list: List): View => ({ filters: {}, q: '', sort: list.sort });

/** Sets or, by null, takes away one condition. */
export function withFilter(view: View, key: string, filter: Filter | null): View {
  const { [key]: _, ...others } = view.filters;
  return { ...view, filters: filter ? { ...others, [key]: filter } : others };
}

/** True when the reader looks for something in particular. */
export const isNarrowed = ({ filters, q }: Pick<View, 'filters' | 'q'>): boolean =>
  q !== '' || Object.keys(filters).length > 0;

/** All conditions, also those that hold on every view of the list; in one order, for query keys. */
export function allFilters(list: List, view: Pick<View, 'filters'>): Filters {
  const merged = { ...view.filters, ...list.always };
  return Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1)));
}
