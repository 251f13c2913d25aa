import { type Entity, type EntityRow, type Field, linkedRow } from '../entities/entity.ts';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import type { Touched } from './row-patch.ts';

type Linked = Record<string, unknown> | null;

/**
 * A record of a message as a row of a list. The names of what it links to come from rows that have them.
 * @param old the row as it was, where it was listed; columns that lists do not have stay out
 * @returns `complete` is false where a name is known to nobody here
 */
export function mergeRow(
  entity: Entity,
  old: EntityRow | undefined,
  record: EntityRow,
  rows: readonly EntityRow[],
): { row: EntityRow; complete: boolean } {
  const links = entity.fields.filter(
    (field): field is Field & { embed: string } => field.embed !== undefined,
  );
  const embeds: Record<string, Linked> = {};
  let complete = true;
  for (const { key, embed } of links) {
    if (!entity.select.includes(` ${embed}:`)) continue;
    const known = linkedTo(record[key], key, embed, old ? [old, ...rows] : rows);
    if (known === undefined) complete = false;
    embeds[embed] = known ?? null;
  }
  return { row: { ...old, ...columnsOf(entity, record), ...embeds } as EntityRow, complete };
}

/** Null: no link, or one that the reader may not follow. Undefined: nobody here knows. */
function linkedTo(id: unknown, key: string, embed: string, rows: readonly EntityRow[]): Linked | undefined {
  if (id === null || id === undefined) return null;
  const knowing = rows.find((row) => row[key] === id);
  return knowing ? linkedRow(knowing, embed) : undefined;
}

function columnsOf({ select }: Entity, record: EntityRow): Record<string, unknown> {
  const columns = select.split(', ').filter((column) => Object.hasOwn(record, column));
  return Object.fromEntries(columns.map((column) => [column, record[column]]));
}

/** Gives rows the new names of what they link to. The same array when nothing changed. */
export function renameLinks(
  entity: Entity,
  linked: Entity,
  rows: EntityRow[],
  { ids, records, truncated }: Envelope,
): { rows: EntityRow[]; touched: Touched[]; refetch: boolean } {
  const links = entity.fields.filter(
    (field): field is Field & { embed: string } => field.entity === linked.key && field.embed !== undefined,
  );
  const byId = new Map((records ?? []).map((record) => [String(record.id), record]));
  const touched: Touched[] = [];
  let refetch = false;
  const renamed = rows.map((row) => {
    let changed = row;
    for (const { key, embed } of links) {
      const before = linkedRow(row, embed);
      if (!before || !ids.includes(before.id)) continue;
      const record = byId.get(before.id);
      if (!record) {
        refetch ||= truncated;
        continue;
      }
      const names = linked.names.filter((name) => Object.hasOwn(before, name));
      if (names.every((name) => before[name] === record[name])) continue;
      const after = { ...before, ...Object.fromEntries(names.map((name) => [name, record[name]])) };
      changed = { ...changed, [embed]: after };
      touched.push({ id: row.id, fields: [key] });
    }
    return changed;
  });
  return { rows: touched.length ? renamed : rows, touched, refetch };
}
