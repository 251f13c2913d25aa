import { queryOptions } from '@tanstack/svelte-query';
import type { Entity, EntityRow, Field } from '../entities/entity.ts';
import { browserClient } from '../supabase/browser-client.ts';
import { selectRows } from '../supabase/rows-request.ts';
import { likePattern } from './list-request.ts';

/** Rows that a choice of links offers at a time. */
const OFFERED = 20;
/** Rows that are looked at for the values in use. */
const LOOKED_AT = 1000;

/** What a reader may choose from: rows by name, and the values of an open choice. */
export const choiceQueries = {
  /** Rows whose name holds this text, by name. */
  named: (entity: Entity, text: string) =>
    queryOptions({
      queryKey: [entity.key, 'named', text] as const,
      queryFn: async ({ signal }) => {
        const [first = 'id'] = entity.names;
        let query = selectRows(browserClient(), entity.key, entity.selectTitle).not(first, 'is', null);
        if (text) {
          const pattern = likePattern(text);
          query = query.or(entity.names.map((name) => `${name}.ilike.${pattern}`).join(','));
        }
        const { data, error } = await query.order(first).order('id').limit(OFFERED).abortSignal(signal);
        if (error) throw error;
        return (data ?? []) as EntityRow[];
      },
    }),

  /** These rows, as far as they may be seen. */
  names: (entity: Entity, ids: readonly string[]) =>
    queryOptions({
      queryKey: [entity.key, 'names', ids] as const,
      queryFn: async ({ signal }) => {
        const query = selectRows(browserClient(), entity.key, entity.selectTitle).in('id', ids);
        const { data, error } = await query.abortSignal(signal);
        if (error) throw error;
        return new Map((data ?? []).map((row) => [String(row.id), entity.title(row)]));
      },
    }),

  /** The values that an open choice has in the rows there are, in order. */
  valuesInUse: (entity: Entity, field: Field) =>
    queryOptions({
      queryKey: [entity.key, 'values', field.key] as const,
      queryFn: async ({ signal }) => {
        const query = selectRows(browserClient(), entity.key, field.key)
          .not(field.key, 'is', null)
          .order(field.key)
          .limit(LOOKED_AT);
        const { data, error } = await query.abortSignal(signal);
        if (error) throw error;
        return [...new Set((data ?? []).map((row) => String(row[field.key])))];
      },
    }),
};
