import { queryOptions } from '@tanstack/svelte-query';
import type { Entity, EntityKey } from '../entities/entity.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { HistoryLine } from './history.ts';

/** Lines that a panel shows at first. */
const LINES_MAX = 40;

export type HistoryKey = readonly [EntityKey, 'history', string];

export const historyQueries = {
  all: (entity: Entity) => [entity.key, 'history'] as const,

  /** The newest lines of a record's history, newest first. */
  of: (entity: Entity, id: string) =>
    queryOptions({
      queryKey: [entity.key, 'history', id] as HistoryKey,
      queryFn: async ({ signal }): Promise<HistoryLine[]> => {
        const { data, error } = await browserClient()
          .from('activity')
          .select('id, action, changes, source, actor, at')
          .eq('entity', entity.singular)
          .eq('entity_id', id)
          .order('id', { ascending: false })
          .limit(LINES_MAX)
          .abortSignal(signal);
        if (error) throw error;
        return data as unknown as HistoryLine[];
      },
    }),
};
