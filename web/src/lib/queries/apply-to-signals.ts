import type { QueryClient, QueryKey } from '@tanstack/svelte-query';
import type { LiveChange } from '../realtime/live-change.ts';
import type { SignalFilters } from '../signals/signal-filters.ts';
import type { Patch, Touched } from './row-patch.ts';
import { patchLatestSignals, patchSignalPage, type SignalPage, type SignalRow } from './signal-patch.ts';
import { signalQueries } from './signals.ts';

/** Writes a change into every cached list of signals, shown or not. */
export function applyToSignals(
  queries: QueryClient,
  change: LiveChange,
): { touched: Touched[]; refetch: QueryKey[] } {
  const touched = new Map<string, Set<string>>();
  const refetch: QueryKey[] = [];

  const write = <T>(queryKey: QueryKey, data: T | undefined, patch: (data: T) => Patch<T>) => {
    if (data === undefined) return;
    const patched = patch(data);
    if (patched.data !== data) queries.setQueryData(queryKey, patched.data);
    if (patched.refetch) refetch.push(queryKey);
    for (const { id, fields } of patched.touched) {
      touched.set(id, new Set([...(touched.get(id) ?? []), ...fields]));
    }
  };

  for (const [queryKey, page] of queries.getQueriesData<SignalPage>({ queryKey: signalQueries.lists() })) {
    const filters = queryKey[2] as SignalFilters;
    write(queryKey, page, (data) => patchSignalPage(data, filters, change));
  }
  const latest = signalQueries.latest().queryKey;
  write<SignalRow[]>(latest, queries.getQueryData(latest), (rows) => patchLatestSignals(rows, change));

  return { touched: [...touched].map(([id, fields]) => ({ id, fields: [...fields] })), refetch };
}
