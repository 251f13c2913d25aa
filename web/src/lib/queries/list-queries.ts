import { queryOptions } from '@tanstack/svelte-query';
import type { Entity, EntityKey, EntityRow } from '../entities/entity.ts';
import { ENTITIES } from '../entities/entities.ts';
import { type List, PAGE_SIZE, type View } from '../lists/list.ts';
import { allFilters } from '../lists/view.ts';
import { browserClient } from '../supabase/browser-client.ts';
import { fetchWithJournal } from './change-journal.ts';
import { fetchCount, fetchPage } from './list-request.ts';
import { countMayDiffer } from './patch-count.ts';
import { patchPage } from './patch-page.ts';
import type { PageAsked } from './patched-page.ts';
import { unchanged } from './row-patch.ts';

type Sought = Pick<View, 'filters' | 'q'>;

export type RowsKey = readonly [EntityKey, 'rows', View, { page: number; size: number }];
export type CountKey = readonly [EntityKey, 'count', Sought];

/** The queries of every list: pages of rows, and how many rows there are. */
export const listQueries = {
  allRows: (entity: Entity) => [entity.key, 'rows'] as const,
  allCounts: (entity: Entity) => [entity.key, 'count'] as const,

  /** One page of a list, from 0. */
  page: (list: List, view: View, page: number) =>
    rowsQuery({ entity: list.entity, view: wholeView(list, view), page, size: PAGE_SIZE }),

  /** The first rows of a list, for a card. */
  top: (list: List, view: View, size: number) =>
    rowsQuery({ entity: list.entity, view: wholeView(list, view), page: 0, size }),

  count: (list: List, view: Sought) => {
    const { entity } = list;
    const sought: Sought = { filters: allFilters(list, view), q: view.q };
    return queryOptions({
      queryKey: [entity.key, 'count', sought] as CountKey,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(
          client,
          () => fetchCount(browserClient(), entity, sought, signal),
          (count, change) => ({ ...unchanged(count), refetch: countMayDiffer(entity, sought, change) }),
        ),
    });
  },
};

/** What a key of `rows` asks for. */
export const askedBy = ([entity, , view, { page, size }]: RowsKey): PageAsked => ({
  entity: ENTITIES[entity],
  view,
  page,
  size,
});

/** The key that counts the rows of a page's view. */
export const countKeyOf = ({ entity, view: { filters, q } }: PageAsked): CountKey => [
  entity.key,
  'count',
  { filters, q },
];

const wholeView = (list: List, { q, sort, ...view }: View): View => ({
  filters: allFilters(list, view),
  q,
  sort,
});

function rowsQuery(asked: PageAsked) {
  const { entity, view, page, size } = asked;
  return queryOptions({
    queryKey: [entity.key, 'rows', view, { page, size }] as RowsKey,
    queryFn: ({ client, signal }): Promise<EntityRow[]> =>
      fetchWithJournal(
        client,
        () => fetchPage(browserClient(), asked, signal),
        (rows, change) => patchPage(rows, asked, change),
      ),
  });
}
