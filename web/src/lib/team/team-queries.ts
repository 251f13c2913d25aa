import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';
import type { Person } from './person.ts';

/**
 * Who comes and goes is seen at once. That another owner gave somebody a right is told to that person alone, so now and
 * then the page looks; and whenever its reader comes back to it.
 */
const LOOK_MS = 60_000;
export const PEOPLE_MAX = 500;

export const teamQueries = {
  all: () => ['team'] as const,
  directory: (search: string) =>
    queryOptions({
      queryKey: [...teamQueries.all(), search] as const,
      refetchInterval: LOOK_MS,
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
