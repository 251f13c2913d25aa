import type { QueryClient } from '@tanstack/svelte-query';
import { browser } from '$app/env';
import { listQueries } from '../queries/list-queries.ts';
import type { List } from './list.ts';
import { readView } from './view.ts';

/** On hover of a link: the rows are there when it is clicked. */
export async function prefetchList(
  list: List,
  url: URL,
  parent: () => Promise<{ queryClient: QueryClient }>,
): Promise<void> {
  const view = readView(list, url.searchParams);
  if (!browser) return;
  const { queryClient } = await parent();
  void queryClient.prefetchQuery(listQueries.page(list, view, 0));
  void queryClient.prefetchQuery(listQueries.count(list, view));
}
