import { queryOptions } from '@tanstack/svelte-query';
import { fetchWithJournal } from '../queries/change-journal.ts';
import { metricQueries } from '../queries/metrics.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import { patchTrends, type Trends } from './patch-trends.ts';
import type { TrendRange } from './trends.ts';

export const trendQueries = {
  all: () => [...metricQueries.all(), 'trends'] as const,

  range: (range: TrendRange) =>
    queryOptions({
      queryKey: [...trendQueries.all(), range] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(client, () => fetchTrends(browserClient(), range, signal), patchTrends),
    }),
};

/** The days of the range and as many before it, oldest first. */
export async function fetchTrends(db: Db, range: TrendRange, signal?: AbortSignal): Promise<Trends> {
  const query = db.rpc('dashboard_trends', { days: range * 2 });
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return data;
}
