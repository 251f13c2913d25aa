import { latestConnections } from '../dashboard/latest.ts';
import { fetchTrends, trendQueries } from '../dashboard/trend-queries.ts';
import { readRange } from '../dashboard/trends.ts';
import { ENTITIES } from '../entities/entities.ts';
import type { Filter, View } from '../lists/list.ts';
import { LISTS } from '../lists/lists.ts';
import { readView } from '../lists/view.ts';
import { askedBy, type CountKey, listQueries, type RowsKey } from '../queries/list-queries.ts';
import { fetchCount, fetchPage } from '../queries/list-request.ts';
import { fetchMetrics, metricQueries } from '../queries/metrics.ts';
import type { Seed } from '../queries/query-client.ts';
import { signalQueries } from '../queries/signals.ts';
import { fetchRecord, recordQueries } from '../records/record-queries.ts';
import type { Db } from '../supabase/schema.ts';
import { canaryQueries, fetchProof } from '../sync/canary-queries.ts';

/**
 * What the page at this address shows, fetched on the server so that the first paint is a filled one.
 * What cannot be fetched is left out: the page asks again, and says what is wrong.
 */
export async function seedsFor(db: Db, routeId: string | null, url: URL): Promise<Seed[]> {
  const wanted = [
    from(metricQueries.dashboard().queryKey, () => fetchMetrics(db)),
    from(canaryQueries.proof().queryKey, () => fetchProof(db)),
  ];
  if (routeId === '/(app)') {
    const range = readRange(url.searchParams);
    wanted.push(
      rows(db, signalQueries.latest().queryKey),
      rows(db, latestConnections().queryKey),
      from(trendQueries.range(range).queryKey, () => fetchTrends(db, range)),
    );
  }
  const list = Object.values(LISTS).find(
    ({ path }) => routeId === `/(app)${path}` || routeId?.startsWith(`/(app)${path}/`),
  );
  const view = list && readView(list, url.searchParams);
  if (list && view && !asksForDays(view)) {
    wanted.push(rows(db, listQueries.page(list, view, 0).queryKey));
    wanted.push(count(db, listQueries.count(list, view).queryKey));
  }
  const id = routeId?.endsWith('/[id]') ? url.pathname.split('/').at(-1) : undefined;
  if (list && id) {
    const { entity } = list;
    wanted.push(from(recordQueries.detail(entity, id).queryKey, () => fetchRecord(db, entity, id)));
  }
  const seeds = await Promise.all(wanted);
  return seeds.filter((seed) => seed !== null);
}

const rows = (db: Db, key: RowsKey) => from(key, () => fetchPage(db, askedBy(key)));
const count = (db: Db, key: CountKey) => from(key, () => fetchCount(db, ENTITIES[key[0]], key[2]));

/** Days begin when they do for the reader, whose zone is not known here. */
const asksForDays = ({ filters }: View): boolean =>
  Object.values<Filter>(filters).some(
    (filter) =>
      filter.kind === 'within' || (filter.kind === 'between' && /-/.test(filter.from ?? filter.to ?? '')),
  );

async function from(queryKey: readonly unknown[], fetcher: () => Promise<unknown>): Promise<Seed | null> {
  try {
    return { queryKey, data: await fetcher() };
  } catch (error) {
    console.error(`No data for ${JSON.stringify(queryKey)} on the server`, error);
    return null;
  }
}
