import { ENTITIES } from '../entities/entities.ts';
import { type EntityKey, type EntityRow, linkedRow } from '../entities/entity.ts';
import { LISTS } from '../lists/lists.ts';
import type { List, View } from '../lists/list.ts';

/** Records that name this one in a column of theirs. */
export interface Related {
  entity: EntityKey;
  column: string;
  /** The field shown beside each of them. */
  field: string;
  /** The link that names each of them, where the name alone would say this record's again. */
  named?: string;
}

const by = (entity: EntityKey, column: string, field: string, named?: string): Related => ({
  entity,
  column,
  field,
  ...(named && { named }),
});

/** What hangs below a record of each kind, most asked for first. */
export const RELATED: Readonly<Record<EntityKey, readonly Related[]>> = {
  signals: [by('connections', 'signal_id', 'connection_status', 'startup')],
  connections: [by('interactions', 'connection_id', 'occurred_at')],
  startups: [
    by('connections', 'startup_id', 'connection_status', 'signal'),
    by('interactions', 'startup_id', 'occurred_at'),
  ],
  organizations: [
    by('signals', 'organization_id', 'approval_status'),
    by('contacts', 'organization_id', 'title'),
    by('connections', 'organization_id', 'connection_status'),
  ],
  contacts: [
    by('signals', 'contact_id', 'approval_status'),
    by('connections', 'contact_id', 'connection_status'),
    by('interactions', 'contact_id', 'occurred_at'),
  ],
  interactions: [],
};

/** Rows that a section shows before it leads to the list. */
export const RELATED_MAX = 8;

/** What a related record is called below this one. */
export function relatedTitle({ entity, named }: Related, row: EntityRow): string {
  const field = ENTITIES[entity].fields.find(({ embed }) => embed && embed === named);
  const linked = named && linkedRow(row, named);
  return field?.entity && linked ? ENTITIES[field.entity].title(linked) : ENTITIES[entity].title(row);
}

/** The related records as a list, so that changes come into them as into any other. */
export function relatedView({ entity, column }: Related, id: string): { list: List; view: View } {
  const list = LISTS[entity];
  const filters = { [column]: { kind: 'one-of' as const, values: [id] } };
  return { list, view: { filters, q: '', sort: list.sort } };
}
