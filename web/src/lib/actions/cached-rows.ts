import { notifyManager, type QueryClient } from '@tanstack/svelte-query';
import { type Fields, mapRows } from './map-rows.ts';

/** Looks at every row that any query of the page holds. */
export function visitRows(queries: QueryClient, look: (row: Fields) => void): void {
  for (const { state } of queries.getQueryCache().getAll()) {
    mapRows(state.data, (row) => {
      look(row);
      return row;
    });
  }
}

/** Changes rows wherever they are held, and tells those who show them once. */
export function rewriteRows(queries: QueryClient, change: (row: Fields) => Fields): void {
  notifyManager.batch(() => {
    for (const query of queries.getQueryCache().getAll()) {
      const { data, dataUpdatedAt, isInvalidated } = query.state;
      const changed = mapRows(data, change);
      if (changed === data) continue;
      // Not a fetch: the data are no fresher than they were.
      query.setData(changed, { updatedAt: dataUpdatedAt, manual: true });
      if (isInvalidated) query.invalidate();
    }
  });
}

/** A row as the page has it; of several, the one with the most fields. */
export function findRow(queries: QueryClient, id: string): Fields | undefined {
  let found: Fields | undefined;
  visitRows(queries, (row) => {
    if (row.id === id && Object.keys(row).length > Object.keys(found ?? {}).length) found = row;
  });
  return found;
}

/** Those of these rows that the page has, each with the most fields known. */
export function knownRows(queries: QueryClient, ids: readonly string[]): Map<string, Fields> {
  const wanted = new Set<unknown>(ids);
  const known = new Map<string, Fields>();
  visitRows(queries, (row) => {
    if (!wanted.has(row.id)) return;
    const size = Object.keys(known.get(String(row.id)) ?? {}).length;
    if (Object.keys(row).length > size) known.set(String(row.id), row);
  });
  return known;
}
