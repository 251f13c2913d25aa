import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';
import type { Person } from './person.ts';

/** As often as another owner's changes are looked for: no message tells of them. */
const LOOK_MS = 15_000;
export const PEOPLE_MAX = 500;

export const teamQueries = {
  all: () => ['team'] as const,
  directory: (search: string) =>
    queryOptions({
      queryKey: [...teamQueries.all(), search] as const,
      refetchInterval: LOOK_MS,
      queryFn: async ({ signal }): Promise<Person[]> => {
        const { data, error } = await browserClient()
          .rpc('people_directory', { search, max: PEOPLE_MAX })
          .abortSignal(signal);
        if (error) throw error;
        // The generated types know no nulls in what functions return.
        return data as unknown as Person[];
      },
    }),
};
