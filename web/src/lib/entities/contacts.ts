import Contact from '@lucide/svelte/icons/contact';
import { type Entity, textOf } from './entity.ts';
import { CREATED, EDITED, ORGANIZATION, REGION, ROW_COLUMNS } from './shared-fields.ts';

export const CONTACTS: Entity = {
  key: 'contacts',
  singular: 'contact',
  plural: 'contacts',
  icon: Contact,
  path: '/contacts',
  title: (row) => textOf(row, 'full_name') ?? textOf(row, 'email') ?? 'Contact without a name',
  fields: [
    {
      key: 'full_name',
      label: 'Name',
      kind: 'text',
      sortable: true,
      searched: true,
      editable: true,
      shown: true,
      width: 168,
    },
    {
      key: 'title',
      label: 'Title',
      kind: 'text',
      sortable: true,
      searched: true,
      editable: true,
      shown: true,
    },
    ORGANIZATION,
    { key: 'email', label: 'Email', kind: 'email', searched: true, editable: true, shown: true, width: 208 },
    { key: 'phone', label: 'Phone', kind: 'phone', editable: true, shown: true, width: 132 },
    REGION,
    CREATED,
    EDITED,
  ],
  events: { created: 'contact:created', updated: 'contact:updated', removed: 'contact:removed' },
  select: `${ROW_COLUMNS}, region, full_name, title, email, phone, organization_id, organization:organizations!contacts_organization_id_fkey(id, name)`,
  names: ['full_name'],
  selectTitle: 'id, full_name, email',
  sort: { field: 'full_name', descending: false },
};
