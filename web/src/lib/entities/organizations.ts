import Landmark from '@lucide/svelte/icons/landmark';
import { ORGANIZATION_KIND_CHOICES } from './choices.ts';
import { type Entity, textOf } from './entity.ts';
import { CREATED, EDITED, REGION, ROW_COLUMNS } from './shared-fields.ts';

export const ORGANIZATIONS: Entity = {
  key: 'organizations',
  singular: 'organization',
  plural: 'organizations',
  icon: Landmark,
  path: '/organizations',
  title: (row) => textOf(row, 'name') ?? 'Organization without a name',
  fields: [
    { key: 'name', label: 'Name', kind: 'text', sortable: true, searched: true, editable: true, shown: true },
    {
      key: 'kind',
      label: 'Kind',
      kind: 'enum',
      choices: ORGANIZATION_KIND_CHOICES,
      sortable: true,
      filterable: 'always',
      editable: true,
      shown: true,
      width: 128,
    },
    { ...REGION, editable: true },
    {
      key: 'population',
      label: 'Population',
      kind: 'number',
      sortable: true,
      filterable: 'offered',
      editable: true,
      shown: true,
      width: 116,
    },
    { key: 'website', label: 'Website', kind: 'url', editable: true, shown: true, width: 220 },
    CREATED,
    EDITED,
  ],
  events: {
    created: 'organization:created',
    updated: 'organization:updated',
    removed: 'organization:removed',
  },
  select: `${ROW_COLUMNS}, region, name, kind, population, website`,
  names: ['name'],
  selectTitle: 'id, name',
  sort: { field: 'name', descending: false },
};
