import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';
import type { KeptView } from './view-rule.ts';

export const keptViewQueries = {
  mine: () =>
    queryOptions({
      // Below the key of the lists' views: one that is kept or deleted there is asked for anew here.
      queryKey: ['saved-views', 'of-all-lists'] as const,
      // Views are kept on other pages.
      refetchOnMount: 'always',
      queryFn: async ({ signal }): Promise<KeptView[]> => {
        const { data, error } = await browserClient()
          .from('saved_views')
          .select('id, page, name, query')
          .order('name')
          .abortSignal(signal);
        if (error) throw error;
        return data;
      },
    }),
};
