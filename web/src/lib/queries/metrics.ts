import { queryOptions } from '@tanstack/svelte-query';
import type { DashboardMetrics } from '../../../../supabase/types/realtime.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import { fetchWithJournal } from './change-journal.ts';
import { patchMetrics } from './patch-metrics.ts';

export const metricQueries = {
  all: () => ['metrics'] as const,
  dashboard: () =>
    queryOptions({
      queryKey: ['metrics', 'dashboard'] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(client, () => fetchMetrics(browserClient(), signal), patchMetrics),
    }),
};

/** Sums over what the caller may see. */
export async function fetchMetrics(db: Db, signal?: AbortSignal): Promise<DashboardMetrics> {
  const query = db.rpc('dashboard_metrics');
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return data;
}
