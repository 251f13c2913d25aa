import { type Entity, type EntityRow, linkedRow } from '../entities/entity.ts';
import { ENTITIES } from '../entities/entities.ts';
import { renameLinks } from '../queries/merge-row.ts';
import { changedFields, type Patch, unchanged } from '../queries/row-patch.ts';
import { type LiveChange, regionOf } from '../realtime/live-change.ts';

/** Takes a change into a whole record. Null: it is not there. */
export function patchRecord(
  row: EntityRow | null,
  entity: Entity,
  id: string,
  { channel, envelope }: LiveChange,
): Patch<EntityRow | null> {
  const { created, updated, removed } = entity.events;
  if (envelope.event === created || envelope.event === updated) {
    if (!envelope.ids.includes(id)) return unchanged(row);
    const record = envelope.records?.find((candidate) => candidate.id === id) as EntityRow | undefined;
    // Too many rows for one message, or it came to be while nobody looked.
    if (!record || !row) return { ...unchanged(row), refetch: true };
    const merged = { ...row, ...record };
    let refetch = false;
    for (const { key, embed } of entity.fields) {
      if (!embed || row[key] === record[key]) continue;
      merged[embed] = null;
      // Only the database knows the name of what it links to now.
      refetch ||= record[key] !== null;
    }
    const fields = changedFields(row, merged);
    return fields.length ? { data: merged, touched: [{ id, fields }], refetch } : unchanged(row);
  }
  if (envelope.event === removed && row && envelope.ids.includes(id)) {
    // A row that moved on to another region of the reader's is removed from the old one only.
    const region = regionOf(channel);
    const gone = region === undefined || row.region === region;
    return gone ? { data: null, touched: [], refetch: false } : unchanged(row);
  }
  return row ? renamed(row, entity, envelope) : unchanged(row);
}

/** Something that the record links to has a new name. */
function renamed(row: EntityRow, entity: Entity, envelope: LiveChange['envelope']): Patch<EntityRow | null> {
  const linked = Object.values(ENTITIES).find(({ events }) => events.updated === envelope.event);
  const links = linked && entity.fields.some((field) => field.entity === linked.key);
  if (!links) return unchanged(row);
  const patch = renameLinks(entity, linked, [row], envelope);
  // A name of many parts comes from rows that the message does not have.
  const named = entity.fields.some(
    ({ entity: of, embed }) =>
      of === linked.key &&
      embed &&
      !linked.names.length &&
      envelope.ids.includes(linkedRow(row, embed)?.id ?? ''),
  );
  return { data: patch.rows[0] ?? row, touched: patch.touched, refetch: patch.refetch || named };
}
