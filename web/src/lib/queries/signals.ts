import { queryOptions } from '@tanstack/svelte-query';
import { PAGE_SIZE, type SignalFilters } from '../signals/signal-filters.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import { fetchWithJournal } from './change-journal.ts';
import { patchLatestSignals, patchSignalPage, type SignalPage, type SignalRow } from './signal-patch.ts';

const COLUMNS =
  'id, signal_identifier, organization_id, region, title, pain_points, urgency, approval_status, is_public, created_at, updated_at, airtable_edited_at, received_at, organization:organizations(id, name)';

/** How many signals the dashboard shows as changed last. */
export const LATEST_COUNT = 8;

export const signalQueries = {
  all: () => ['signals'] as const,
  lists: () => ['signals', 'list'] as const,

  list: (filters: SignalFilters) =>
    queryOptions({
      queryKey: [...signalQueries.lists(), filters] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(
          client,
          () => fetchSignalPage(browserClient(), filters, signal),
          (page, change) => patchSignalPage(page, filters, change),
        ),
    }),

  latest: () =>
    queryOptions({
      queryKey: ['signals', 'latest'] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(client, () => fetchLatestSignals(browserClient(), signal), patchLatestSignals),
    }),
};

/** One page of the list, counted; filtered and sorted by the database. Throws what PostgREST refuses. */
export async function fetchSignalPage(
  db: Db,
  filters: SignalFilters,
  signal?: AbortSignal,
): Promise<SignalPage> {
  const from = (filters.page - 1) * PAGE_SIZE;
  let query = db.from('signals').select(COLUMNS, { count: 'exact' });
  if (filters.status.length) query = query.in('approval_status', filters.status);
  if (filters.urgency.length) query = query.in('urgency', filters.urgency);
  if (filters.q) query = query.or(textFilter(filters.q));
  query = query
    .order(filters.sort, { ascending: !filters.descending, nullsFirst: false })
    .order('id')
    .range(from, from + PAGE_SIZE - 1);
  const { data, count, error } = await (signal ? query.abortSignal(signal) : query);
  // Past the last page: the count is still known, and the rows are none.
  if (error?.code === 'PGRST103') return { rows: [], total: from };
  if (error) throw error;
  return { rows: data, total: count ?? data.length };
}

export async function fetchLatestSignals(db: Db, signal?: AbortSignal): Promise<SignalRow[]> {
  const query = db
    .from('signals')
    .select(COLUMNS)
    .order('airtable_edited_at', { ascending: false, nullsFirst: false })
    .order('id')
    .limit(LATEST_COUNT);
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return data;
}

const TEXT_COLUMNS = ['signal_identifier', 'title', 'pain_points'];

/** Signs that mean something in `or` or to LIKE stand for any one character: nothing needs quoting. */
function textFilter(q: string): string {
  const pattern = `*${q.replace(/[,()"\\%*]/g, '_')}*`;
  return TEXT_COLUMNS.map((column) => `${column}.ilike.${pattern}`).join(',');
}
