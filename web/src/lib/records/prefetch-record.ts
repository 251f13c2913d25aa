import type { QueryClient } from '@tanstack/svelte-query';
import { browser } from '$app/env';
import { findRow } from '../actions/cached-rows.ts';
import type { Entity, EntityRow } from '../entities/entity.ts';
import type { List } from '../lists/list.ts';
import { recordQueries } from './record-queries.ts';

/** On hover of a link: the record is there when it is clicked. */
export async function prefetchRecord(
  { entity }: List,
  id: string,
  parent: () => Promise<{ queryClient: QueryClient }>,
): Promise<void> {
  if (!browser) return;
  const { queryClient } = await parent();
  if (!navigator.onLine) showFromList(queryClient, entity, id);
  void queryClient.prefetchQuery(recordQueries.detail(entity, id));
}

/** Without a network a record opens with what a list has of it; the rest is asked for when there is one. */
function showFromList(queries: QueryClient, entity: Entity, id: string): void {
  const { queryKey } = recordQueries.detail(entity, id);
  if (queries.getQueryData(queryKey) !== undefined) return;
  const row = findRow(queries, id);
  if (!row) return;
  queries.setQueryData(queryKey, row as EntityRow);
  void queries.invalidateQueries({ queryKey, refetchType: 'none' });
}
