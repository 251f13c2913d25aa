import { browser } from '$app/env';
import { signalQueries } from '#lib/queries/signals.ts';
import { readFilters } from '#lib/signals/signal-filters.ts';
import type { PageLoad } from './$types';

/** On hover of a link: the data are there when it is clicked. */
export const load: PageLoad = async ({ parent, url }) => {
  const filters = readFilters(url.searchParams);
  if (!browser) return;
  const { queryClient } = await parent();
  void queryClient.prefetchQuery(signalQueries.list(filters));
};
