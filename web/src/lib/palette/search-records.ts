import { queryOptions } from '@tanstack/svelte-query';
import { ENTITIES } from '../entities/entities.ts';
import type { Entity, EntityKey, EntityRow } from '../entities/entity.ts';
import { fetchRows } from '../queries/list-request.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';

/** What people look for by name; in the order of the palette. */
const SEARCHED: readonly EntityKey[] = ['signals', 'connections', 'startups', 'organizations', 'contacts'];

/** Records of each kind; whoever wants more goes on to the list. */
export const FOUND_MAX = 4;

/** Shorter texts are in nearly everything. */
export const QUERY_MIN = 2;

export interface Found {
  entity: Entity;
  rows: EntityRow[];
  /** There are more in the list. */
  more: boolean;
}

export interface SearchResult {
  found: Found[];
  /** What could not be searched just now. */
  failed: EntityKey[];
}

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', q] as const,
    enabled: q.length >= QUERY_MIN,
    staleTime: 10_000,
    gcTime: 60_000,
    queryFn: ({ signal }) => searchRecords(browserClient(), q, signal),
  });

/**
 * Records with the text in what their lists search, as far as the reader may see them. A kind that cannot
 * be searched is named, and the others are there; throws when none can.
 */
export async function searchRecords(db: Db, q: string, signal?: AbortSignal): Promise<SearchResult> {
  const answers = await Promise.allSettled(SEARCHED.map((key) => searchOne(db, ENTITIES[key], q, signal)));
  const found = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (refused && !found.length) throw refused.reason;
  return {
    found: found.filter(({ rows }) => rows.length > 0),
    failed: SEARCHED.filter((_, index) => answers[index]?.status === 'rejected'),
  };
}

async function searchOne(db: Db, entity: Entity, q: string, signal?: AbortSignal): Promise<Found> {
  const view = { filters: {}, q, sort: entity.sort };
  const rows = await fetchRows(db, entity, view, { from: 0, size: FOUND_MAX + 1 }, signal);
  return { entity, rows: rows.slice(0, FOUND_MAX), more: rows.length > FOUND_MAX };
}
