import type { EntityRow } from '../entities/entity.ts';
import { type LiveState } from '../realtime/live.svelte.ts';
import type { ListState } from './list-state.svelte.ts';
import { matches } from './matches.ts';
import { allFilters, isNarrowed } from './view.ts';

/** Counts what comes while the reader is at the rows, and lets go of rows that are no more. */
export function followChanges(list: ListState, live: LiveState): () => void {
  const { entity } = list.list;
  const { created, updated, removed } = entity.events;

  return live.on([created, updated, removed], ({ envelope }) => {
    if (envelope.event === removed) {
      for (const id of envelope.ids) {
        list.reader.arrived.delete(id);
        list.selected.delete(id);
      }
      return;
    }
    const sought = { ...list.view, filters: allFilters(list.list, list.view) };
    const records = envelope.records as EntityRow[] | undefined;
    if (envelope.event === updated) {
      // A row that waits, and meanwhile left what the reader looks at.
      for (const record of records ?? [])
        if (list.reader.arrived.has(record.id) && !matches(entity, sought, record))
          list.reader.arrived.delete(record.id);
      return;
    }
    if (!list.reader.busy) return;
    const ids = records
      ? records.filter((record) => matches(entity, sought, record)).map(({ id }) => id)
      : isNarrowed(sought)
        ? []
        : envelope.ids;
    for (const id of ids) list.reader.arrived.add(id);
  });
}
