import { ENTITIES } from '../entities/entities.ts';
import type { Entity, EntityKey } from '../entities/entity.ts';
import type { HistoryLine } from '../records/history.ts';

/** What may change: mirrored records, and assignments of signals to startups. */
export const ACTIVITY_ENTITIES = {
  signal: 'Signals',
  connection: 'Connections',
  startup: 'Startups',
  organization: 'Organizations',
  contact: 'Contacts',
  interaction: 'Interactions',
  assignment: 'Assignments',
} as const;
export type ActivityEntity = keyof typeof ACTIVITY_ENTITIES;

/** One change of one row, as the database noted it. */
export interface ActivityLine extends HistoryLine {
  entity: ActivityEntity;
  entity_id: string;
  /** Of a line that came by message: it does not say what the row was before, or what it is called. */
  partial?: true;
}

/** The entity with lists and records; undefined for assignments. */
export const entityOf = (name: ActivityEntity): Entity | undefined =>
  Object.values(ENTITIES).find(({ singular }) => singular === name);

/** Which rows lines speak of: themselves, and those that a changed link named or names. */
export function mentioned(
  lines: readonly Omit<ActivityLine, 'id'>[],
): Map<EntityKey | 'assignments', Set<string>> {
  const ids = new Map<EntityKey | 'assignments', Set<string>>();
  const add = (key: EntityKey | 'assignments', id: unknown) => {
    if (typeof id === 'string') ids.set(key, (ids.get(key) ?? new Set()).add(id));
  };
  for (const line of lines) {
    const entity = entityOf(line.entity);
    add(entity?.key ?? 'assignments', line.entity_id);
    for (const [column, values] of Object.entries(line.changes)) {
      const field = entity?.fields.find(({ key }) => key === column);
      if (field?.entity) for (const id of values) add(field.entity, id);
    }
  }
  return ids;
}
