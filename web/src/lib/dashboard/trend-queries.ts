import { queryOptions } from '@tanstack/svelte-query';
import { metricQueries } from '../queries/metrics.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import type { TrendDay, TrendRange } from './trends.ts';

export const trendQueries = {
  /** Below the metrics, so that what refreshes them refreshes these. */
  range: (range: TrendRange) =>
    queryOptions({
      queryKey: [...metricQueries.all(), 'trends', range] as const,
      queryFn: ({ signal }) => fetchTrends(browserClient(), range, signal),
    }),
};

/** The days of the range and as many before it, oldest first. */
export async function fetchTrends(db: Db, range: TrendRange, signal?: AbortSignal): Promise<TrendDay[]> {
  const query = db.rpc('dashboard_trends', { days: range * 2 });
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return data;
}
