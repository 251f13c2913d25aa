import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';
import type { Person } from './person.ts';

export const PEOPLE_MAX = 500;

/**
 * The database tells of a right only the person who has it. So colleagues tell each other when to ask: owners what they
 * did, everybody what befell them, by their presence. That somebody without a page open was changed by hand in the
 * database, or that an account was made, nobody can tell: it is seen when the reader comes back to the page.
 */
export const teamQueries = {
  all: () => ['team'] as const,
  directory: (search: string) =>
    queryOptions({
      queryKey: [...teamQueries.all(), search] as const,
      refetchOnWindowFocus: 'always' as const,
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
