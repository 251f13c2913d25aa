import { queryOptions } from '@tanstack/svelte-query';
import type { Entity, EntityKey, EntityRow } from '../entities/entity.ts';
import { fetchWithJournal } from '../queries/change-journal.ts';
import { browserClient } from '../supabase/browser-client.ts';
import { selectRows } from '../supabase/rows-request.ts';
import type { Db } from '../supabase/schema.ts';
import { patchRecord } from './patch-record.ts';
import { selectRecord } from './select-record.ts';

export type RecordKey = readonly [EntityKey, 'record', string];

export const recordQueries = {
  all: (entity: Entity) => [entity.key, 'record'] as const,

  /** A whole record with what it links to; null when it is not there, or not for this reader. */
  detail: (entity: Entity, id: string) =>
    queryOptions({
      queryKey: [entity.key, 'record', id] as RecordKey,
      queryFn: ({ client, signal }): Promise<EntityRow | null> =>
        fetchWithJournal(
          client,
          () => fetchRecord(browserClient(), entity, id, signal),
          (row, change) => patchRecord(row, entity, id, change),
        ),
    }),
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Throws what PostgREST refuses. */
export async function fetchRecord(
  db: Db,
  entity: Entity,
  id: string,
  signal?: AbortSignal,
): Promise<EntityRow | null> {
  // An address that somebody wrote by hand: nothing to ask for.
  if (!UUID.test(id)) return null;
  const query = selectRows(db, entity.key, selectRecord(entity)).eq('id', id).limit(1);
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return (data?.[0] as EntityRow | undefined) ?? null;
}
