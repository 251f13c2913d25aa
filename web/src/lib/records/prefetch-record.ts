import type { QueryClient } from '@tanstack/svelte-query';
import { browser } from '$app/env';
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
  void queryClient.prefetchQuery(recordQueries.detail(entity, id));
}
