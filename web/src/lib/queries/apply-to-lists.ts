import type { QueryClient, QueryKey } from '@tanstack/svelte-query';
import type { EntityRow } from '../entities/entity.ts';
import { ENTITIES } from '../entities/entities.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { askedBy, type CountKey, countKeyOf, listQueries, type RowsKey } from './list-queries.ts';
import { countMayDiffer } from './patch-count.ts';
import { patchPage } from './patch-page.ts';
import type { Touched } from './row-patch.ts';

interface Applied {
  touched: Touched[];
  /** What the message alone does not decide. */
  refetch: QueryKey[];
}

/** Writes a change into every cached list, shown or not. */
export function applyToLists(queries: QueryClient, change: LiveChange): Applied {
  const known = knownRows(queries, change);
  const before = (id: string) => known.get(id);
  const touched = new Map<string, Set<string>>();
  const refetch: QueryKey[] = [];

  for (const entity of Object.values(ENTITIES)) {
    for (const [queryKey, rows] of queries.getQueriesData<EntityRow[]>({
      queryKey: listQueries.allRows(entity),
    })) {
      if (!rows) continue;
      const asked = askedBy(queryKey as unknown as RowsKey);
      const patch = patchPage(rows, asked, change, before);
      if (patch.data !== rows) queries.setQueryData(queryKey, patch.data);
      if (patch.refetch) refetch.push(queryKey, countKeyOf(asked));
      for (const { id, fields } of patch.touched) {
        touched.set(id, new Set([...(touched.get(id) ?? []), ...fields]));
      }
    }
    for (const [queryKey, count] of queries.getQueriesData<number>({
      queryKey: listQueries.allCounts(entity),
    })) {
      const [, , sought] = queryKey as unknown as CountKey;
      if (count !== undefined && countMayDiffer(entity, sought, change, before)) refetch.push(queryKey);
    }
  }
  return { touched: [...touched].map(([id, fields]) => ({ id, fields: [...fields] })), refetch };
}

/** The changed rows as lists had them until now. */
function knownRows(queries: QueryClient, { envelope }: LiveChange): Map<string, EntityRow> {
  const entity = Object.values(ENTITIES).find(({ events }) => Object.values(events).includes(envelope.event));
  const known = new Map<string, EntityRow>();
  if (!entity) return known;
  const ids = new Set(envelope.ids);
  for (const [, rows] of queries.getQueriesData<EntityRow[]>({ queryKey: listQueries.allRows(entity) })) {
    for (const row of rows ?? []) if (ids.has(row.id)) known.set(row.id, row);
  }
  return known;
}
