import type { Entity, EntityKey, EntityRow, Field } from '../entities/entity.ts';

const HEADINGS: Partial<Record<EntityKey, string>> = {
  signals: 'title',
  organizations: 'name',
  contacts: 'full_name',
  startups: 'name',
};
const STATUSES: Partial<Record<EntityKey, string>> = {
  signals: 'approval_status',
  connections: 'connection_status',
};
/** Shown in the panel's bar, by the status, below the record, or with how fresh it is. */
const ELSEWHERE = [
  'signal_identifier',
  'is_public',
  'assignments',
  'credits',
  'last_credit_change',
  'airtable_edited_at',
  'created_at',
];

const fieldOf = ({ fields }: Entity, key: string | undefined) => fields.find((field) => field.key === key);

/** The field that names the record, edited where it is read; none where the name is made of others. */
export const headingOf = (entity: Entity): Field | undefined => fieldOf(entity, HEADINGS[entity.key]);

/** How far the record has come. */
export const statusOf = (entity: Entity): Field | undefined => fieldOf(entity, STATUSES[entity.key]);

/** The fields below the heading. What is empty and cannot be filled in here is left out. */
export function fieldsOf(entity: Entity, row: EntityRow, mayEdit: boolean): Field[] {
  const shown = [headingOf(entity)?.key, statusOf(entity)?.key, ...ELSEWHERE];
  const fields = entity.fields.filter(
    ({ key, editable }) =>
      !shown.includes(key) && ((editable && mayEdit) || (row[key] !== null && row[key] !== undefined)),
  );
  // Lines that stand under each other first, then what runs over the whole width.
  return fields.toSorted((a, b) => Number(a.kind === 'longtext') - Number(b.kind === 'longtext'));
}
