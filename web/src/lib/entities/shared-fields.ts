import { REGION_CHOICES } from './choices.ts';
import type { Field } from './entity.ts';

/** Where a row belongs; follows its organization. */
export const REGION: Field = {
  key: 'region',
  label: 'Region',
  kind: 'enum',
  choices: REGION_CHOICES,
  sortable: true,
  filterable: 'always',
  shown: true,
  width: 116,
};

/** When its newest edit was made in Airtable. */
export const EDITED: Field = {
  key: 'airtable_edited_at',
  label: 'Edited',
  param: 'edited',
  kind: 'datetime',
  sortable: true,
  filterable: 'offered',
  shown: true,
  width: 112,
};

export const CREATED: Field = {
  key: 'created_at',
  label: 'Created',
  param: 'created',
  kind: 'datetime',
  sortable: true,
  filterable: 'offered',
  width: 112,
};

export const ORGANIZATION: Field = {
  key: 'organization_id',
  label: 'Organization',
  param: 'organization',
  kind: 'link',
  entity: 'organizations',
  embed: 'organization',
  filterable: 'offered',
  editable: true,
  shown: true,
  width: 208,
};

export const CONTACT: Field = {
  key: 'contact_id',
  label: 'Contact',
  param: 'contact',
  kind: 'link',
  entity: 'contacts',
  embed: 'contact',
  filterable: 'offered',
  editable: true,
  width: 168,
};

export const STARTUP: Field = {
  key: 'startup_id',
  label: 'Startup',
  param: 'startup',
  kind: 'link',
  entity: 'startups',
  embed: 'startup',
  filterable: 'offered',
  searched: true,
  shown: true,
  width: 176,
};

/** What every row of a list has, as PostgREST is asked for it. */
export const ROW_COLUMNS = 'id, created_at, updated_at, airtable_edited_at, received_at';
