import { browser } from '$app/env';
import { activityQueries } from '#lib/activity/activity-queries.ts';
import { latestConnections } from '#lib/dashboard/latest.ts';
import { trendQueries } from '#lib/dashboard/trend-queries.ts';
import { readRange } from '#lib/dashboard/trends.ts';
import { metricQueries } from '#lib/queries/metrics.ts';
import { signalQueries } from '#lib/queries/signals.ts';
import type { PageLoad } from './$types';

/** On hover of a link: the data are there when it is clicked. */
export const load: PageLoad = async ({ parent, url, untrack }) => {
  if (!browser) return;
  const { queryClient } = await parent();
  void queryClient.prefetchQuery(metricQueries.dashboard());
  void queryClient.prefetchQuery(signalQueries.latest());
  void queryClient.prefetchQuery(latestConnections());
  void queryClient.prefetchQuery(activityQueries.latest());
  void queryClient.prefetchQuery(trendQueries.range(untrack(() => readRange(url.searchParams))));
};
