import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';
import type { Overtaken } from './overtaken.ts';

export const overtakenQueries = {
  mine: () =>
    queryOptions({
      queryKey: ['notifications', 'overtaken'] as const,
      // Whatever shows another one asks again: no message tells of them but the notification itself.
      refetchOnMount: 'always',
      queryFn: async ({ signal }) => {
        const { data, error } = await browserClient().rpc('overtaken_pushes').abortSignal(signal);
        if (error) throw error;
        return data as unknown as Overtaken[];
      },
    }),
};
