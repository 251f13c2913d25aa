import { browser } from '$app/env';
import { metricQueries } from '#lib/queries/metrics.ts';
import { signalQueries } from '#lib/queries/signals.ts';
import type { PageLoad } from './$types';

/** On hover of a link: the data are there when it is clicked. */
export const load: PageLoad = async ({ parent }) => {
  if (!browser) return;
  const { queryClient } = await parent();
  void queryClient.prefetchQuery(metricQueries.dashboard());
  void queryClient.prefetchQuery(signalQueries.latest());
};
