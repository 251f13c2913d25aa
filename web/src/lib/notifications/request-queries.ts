import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';

/** Enough for the requests that a list of notifications tells of. */
const REQUESTS_MAX = 200;

export const requestQueries = {
  all: () => ['requests'] as const,

  /** Ids of the connections that startups asked for, and that wait for an answer. */
  waiting: () =>
    queryOptions({
      queryKey: ['requests', 'waiting'] as const,
      queryFn: async ({ signal }) => {
        const { data, error } = await browserClient()
          .from('connections')
          .select('id')
          .eq('connection_status', 'pending_review')
          .not('requested_at', 'is', null)
          .order('requested_at', { ascending: false })
          .limit(REQUESTS_MAX)
          .abortSignal(signal);
        if (error) throw error;
        return data.map(({ id }) => id);
      },
    }),
};
