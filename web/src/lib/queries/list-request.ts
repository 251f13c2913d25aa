import type { Entity, EntityRow, Field } from '../entities/entity.ts';
import { ENTITIES } from '../entities/entities.ts';
import { dayBounds } from '../lists/filter-bounds.ts';
import type { Filter, View } from '../lists/list.ts';
import { type RowsRequest, selectRows } from '../supabase/rows-request.ts';
import type { Db } from '../supabase/schema.ts';
import type { PageAsked } from './patched-page.ts';

type Sought = Pick<View, 'filters' | 'q'>;

/** Linked rows that a search looks among; who is named like more of them is not found by name. */
const LINKED_MAX = 100;

/** What a page of a list holds. */
export const fetchPage = (
  db: Db,
  { entity, view, page, size }: PageAsked,
  signal?: AbortSignal,
): Promise<EntityRow[]> => fetchRows(db, entity, view, { from: page * size, size }, signal);

/** Rows of a view from `from` on, in its order. Throws what PostgREST refuses. */
export async function fetchRows(
  db: Db,
  entity: Entity,
  view: View,
  { from, size }: { from: number; size: number },
  signal?: AbortSignal,
): Promise<EntityRow[]> {
  const search = await searchTerms(db, entity, view.q, signal);
  const query = narrow(selectRows(db, entity.key, entity.select), entity, view, search)
    .order(view.sort.field, { ascending: !view.sort.descending, nullsFirst: false })
    .order('id')
    .range(from, from + size - 1);
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  // Past the last row.
  if (error?.code === 'PGRST103') return [];
  if (error) throw error;
  return data as unknown as EntityRow[];
}

/** The ids of a view's first rows. */
export async function fetchIdsOf(db: Db, entity: Entity, view: View, max: number): Promise<string[]> {
  const rows = await fetchRows(db, { ...entity, select: 'id' }, view, { from: 0, size: max });
  return rows.map(({ id }) => id);
}

/** How many rows a view has. */
export async function fetchCount(
  db: Db,
  entity: Entity,
  sought: Sought,
  signal?: AbortSignal,
): Promise<number> {
  const search = await searchTerms(db, entity, sought.q, signal);
  const all = selectRows(db, entity.key, 'id', { count: 'exact', head: true });
  const query = narrow(all, entity, sought, search);
  const { count, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return count ?? 0;
}

function narrow(query: RowsRequest, entity: Entity, { filters }: Sought, search: string | null): RowsRequest {
  let narrowed = query;
  for (const field of entity.fields) {
    const filter = filters[field.key];
    if (filter) narrowed = condition(narrowed, field, filter);
  }
  return search === null ? narrowed : narrowed.or(search);
}

function condition(query: RowsRequest, { key, kind }: Field, filter: Filter): RowsRequest {
  if (filter.kind === 'one-of') return query.filter(key, 'in', `(${filter.values.map(quoted).join(',')})`);
  if (filter.kind === 'is') return query.eq(key, filter.value);
  let bounded = query;
  if (kind === 'number' && filter.kind === 'between') {
    if (filter.from !== null) bounded = bounded.gte(key, Number(filter.from));
    if (filter.to !== null) bounded = bounded.lte(key, Number(filter.to));
    return bounded;
  }
  const { from, before } = dayBounds(filter, Date.now());
  if (from) bounded = bounded.gte(key, from.toISOString());
  if (before) bounded = bounded.lt(key, before.toISOString());
  return bounded;
}

/** The client quotes what holds a comma or a bracket, and lets a quote in it end the value. */
const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

/** Signs that mean something in `or` or to LIKE stand for any one character: nothing needs quoting. */
export const likePattern = (text: string): string => `*${text.replace(/[,()"\\%*]/g, '_')}*`;

/** The `or` of a search: in the row's own texts, or among those that it links to. Null for none. */
async function searchTerms(
  db: Db,
  { fields }: Entity,
  q: string,
  signal?: AbortSignal,
): Promise<string | null> {
  if (q === '') return null;
  const pattern = likePattern(q);
  const searched = fields.filter((field) => field.searched);
  const terms = await Promise.all(
    searched.map(async ({ key, entity }) => {
      if (!entity) return `${key}.ilike.${pattern}`;
      const ids = await fetchNamed(db, ENTITIES[entity], q, signal);
      return ids.length ? `${key}.in.(${ids.join(',')})` : null;
    }),
  );
  // Without any term, nothing is found: no row has an empty id.
  return terms.filter((term) => term !== null).join(',') || 'id.is.null';
}

async function fetchNamed(
  db: Db,
  { key, names }: Entity,
  q: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const pattern = likePattern(q);
  const query = selectRows(db, key, 'id')
    .or(names.map((name) => `${name}.ilike.${pattern}`).join(','))
    .limit(LINKED_MAX);
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return (data ?? []).map(({ id }) => String(id));
}
