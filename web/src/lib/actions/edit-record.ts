import type { Json } from '../../../../supabase/types/database.ts';
import type { Entity } from '../entities/entity.ts';
import type { Change } from './change.ts';
import type { Fields } from './map-rows.ts';

/**
 * An edit by hand, refused when a field is no longer what the reader saw.
 * @param changes the columns as they are to be
 * @param base the same columns as the reader saw them
 * @param embeds linked rows under their names, so that a link shows at once what it names
 */
export function editRecord(
  entity: Entity,
  row: Fields,
  changes: Fields,
  base: Fields,
  embeds: Fields = {},
): Change {
  const embedsBefore = Object.fromEntries(Object.keys(embeds).map((key) => [key, row[key]]));
  return {
    entity: entity.key,
    id: String(row.id),
    call: {
      name: 'edit_record',
      args: { entity: entity.key, id: String(row.id), changes: changes as Json, base: base as Json },
    },
    fields: { ...changes, ...embeds },
    name: entity.title(row),
    past: 'saved',
    undo: (answer) => [
      editRecord(
        entity,
        { ...row, ...changes },
        base,
        // As the database keeps it: a text may have lost the space around it.
        Object.fromEntries(
          Object.entries(changes).map(([key, value]) => [key, key in answer ? answer[key] : value]),
        ),
        embedsBefore,
      ),
    ],
  };
}
