import { fetchMetrics, metricQueries } from '../queries/metrics.ts';
import type { Seed } from '../queries/query-client.ts';
import { fetchLatestSignals, fetchSignalPage, signalQueries } from '../queries/signals.ts';
import { readFilters } from '../signals/signal-filters.ts';
import type { Db } from '../supabase/schema.ts';

/**
 * What the page at this address shows, fetched on the server so that the first paint is a filled one.
 * What cannot be fetched is left out: the page asks again, and says what is wrong.
 */
export async function seedsFor(db: Db, routeId: string | null, url: URL): Promise<Seed[]> {
  const wanted = [from(metricQueries.dashboard().queryKey, () => fetchMetrics(db))];
  if (routeId === '/(app)') {
    wanted.push(from(signalQueries.latest().queryKey, () => fetchLatestSignals(db)));
  }
  if (routeId === '/(app)/signals') {
    const filters = readFilters(url.searchParams);
    wanted.push(from(signalQueries.list(filters).queryKey, () => fetchSignalPage(db, filters)));
  }
  const seeds = await Promise.all(wanted);
  return seeds.filter((seed) => seed !== null);
}

async function from(queryKey: readonly unknown[], fetcher: () => Promise<unknown>): Promise<Seed | null> {
  try {
    return { queryKey, data: await fetcher() };
  } catch (error) {
    console.error(`No data for ${JSON.stringify(queryKey)} on the server`, error);
    return null;
  }
}
