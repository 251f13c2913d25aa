import { queryOptions } from '@tanstack/svelte-query';
import type { List } from '../lists/list.ts';
import { browserClient } from '../supabase/browser-client.ts';

export interface SavedView {
  id: string;
  name: string;
  /** A view's query string, with its `?`; empty for the plain list. */
  query: string;
}

/** The reader's own views of a list; the database gives nobody another's. */
export const savedViewQueries = {
  of: ({ id }: Pick<List, 'id'>) =>
    queryOptions({
      queryKey: ['saved-views', id] as const,
      queryFn: async ({ signal }): Promise<SavedView[]> => {
        const { data, error } = await browserClient()
          .from('saved_views')
          .select('id, name, query')
          .eq('page', id)
          .order('name')
          .abortSignal(signal);
        if (error) throw error;
        return data;
      },
    }),
};

/** Keeps a view under a name; one of the same name is replaced. Throws what the database refuses. */
export async function saveView(user_id: string, page: string, name: string, query: string): Promise<void> {
  const { error } = await browserClient()
    .from('saved_views')
    .upsert({ user_id, page, name, query }, { onConflict: 'user_id,page,name' });
  if (error) throw error;
}

export async function deleteView(id: string): Promise<void> {
  const { error } = await browserClient().from('saved_views').delete().eq('id', id);
  if (error) throw error;
}
