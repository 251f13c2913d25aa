import { QueryClient } from '@tanstack/svelte-query';
import { browser } from '$app/env';
import { shareCovered } from '../actions/pending-edits-of.ts';

/** Data and the query they answer, made on the server for the first page. */
export interface Seed {
  queryKey: readonly unknown[];
  data: unknown;
}

/**
 * The caches of one page (or, on the server, of one request). The live layer keeps them fresh, so data
 * never go stale by age: only a change, a reset or a poll makes a request.
 */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        enabled: browser,
        staleTime: Infinity,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The Supabase client repeats reads that found nobody, after 1, 2 and 4 s.
        retry: false,
        // Edits on their way lie on top of whatever enters a cache.
        structuralSharing: shareCovered(() => client),
      },
    },
  });
  return client;
}

/** Nothing came where the server was not reached. */
export function seed(client: QueryClient, seeds: readonly Seed[] = []): void {
  for (const { queryKey, data } of seeds) client.setQueryData(queryKey, data);
}
