import type { EntityRow } from '../entities/entity.ts';
import { ENTITIES } from '../entities/entities.ts';
import { type LiveChange, regionOf } from '../realtime/live-change.ts';
import { renameLinks } from './merge-row.ts';
import { type PageAsked, PatchedPage } from './patched-page.ts';
import { type Patch, unchanged } from './row-patch.ts';

/** The row before this change, where some list knows it. */
export type Before = (id: string) => EntityRow | undefined;

/** Takes a change into one page of a list, and says whether only the database knows the rest. */
export function patchPage(
  rows: EntityRow[],
  asked: PageAsked,
  change: LiveChange,
  before: Before = () => undefined,
): Patch<EntityRow[]> {
  const { envelope } = change;
  const { events } = asked.entity;
  if (envelope.event === events.removed) return takeOut(rows, asked, change);
  if (envelope.event === events.created || envelope.event === events.updated) {
    if (envelope.truncated) return { ...unchanged(rows), refetch: true };
    return takeIn(rows, asked, change, before);
  }
  const renamed = Object.values(ENTITIES).find((entity) => entity.events.updated === envelope.event);
  if (!renamed) return unchanged(rows);
  const { rows: data, touched, refetch } = renameLinks(asked.entity, renamed, rows, envelope);
  return { data, touched, refetch };
}

/**
 * The listed rows that a `removed` means. A row that moved to another region is removed from the old
 * region's channel; whoever sees both regions still has it, under the new one.
 */
function takeOut(
  rows: EntityRow[],
  { page, size }: PageAsked,
  { channel, envelope }: LiveChange,
): Patch<EntityRow[]> {
  const region = regionOf(channel);
  const ids = new Set(envelope.ids);
  const left = rows.filter((row) => !ids.has(row.id) || (region !== undefined && row.region !== region));
  const gone = rows.length - left.length;
  // What was removed elsewhere may have stood before these rows, and then they move up.
  const elsewhere = page > 0 && gone < ids.size;
  const refetch = elsewhere || (gone > 0 && rows.length >= size);
  return { data: gone ? left : rows, touched: [], refetch };
}

function takeIn(rows: EntityRow[], asked: PageAsked, change: LiveChange, before: Before): Patch<EntityRow[]> {
  const created = change.envelope.event === asked.entity.events.created;
  const page = new PatchedPage(rows, asked);
  for (const record of (change.envelope.records ?? []) as EntityRow[]) {
    page.take(record, created ? 'nowhere' : before(record.id));
  }
  return page.patch();
}
