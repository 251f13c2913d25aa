import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';

/** Names of the staff by id. */
export const peopleQueries = {
  names: () =>
    queryOptions({
      queryKey: ['people', 'names'] as const,
      queryFn: async ({ signal }): Promise<Record<string, string>> => {
        const { data, error } = await browserClient().rpc('staff_names').abortSignal(signal);
        if (error) throw error;
        return Object.fromEntries(data.map(({ user_id, display_name }) => [user_id, display_name]));
      },
    }),
};
