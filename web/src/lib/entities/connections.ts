import Handshake from '@lucide/svelte/icons/handshake';
import { CONNECTION_STATUS_CHOICES } from './choices.ts';
import { type Entity, linkedRow, textOf } from './entity.ts';
import { CONTACT, CREATED, EDITED, ORGANIZATION, REGION, ROW_COLUMNS, STARTUP } from './shared-fields.ts';

export const CONNECTIONS: Entity = {
  key: 'connections',
  singular: 'connection',
  plural: 'connections',
  icon: Handshake,
  path: '/connections',
  title: (row) => {
    const startup = textOf(linkedRow(row, 'startup') ?? {}, 'name');
    const signal = linkedRow(row, 'signal') ?? {};
    const about = textOf(signal, 'title') ?? textOf(signal, 'signal_identifier');
    if (startup && about) return `${startup} for ${about}`;
    return startup ?? about ?? 'Connection without a startup and a signal';
  },
  fields: [
    STARTUP,
    {
      key: 'signal_id',
      label: 'Signal',
      param: 'signal',
      kind: 'link',
      entity: 'signals',
      embed: 'signal',
      filterable: 'offered',
      searched: true,
      shown: true,
    },
    {
      key: 'connection_status',
      label: 'Status',
      param: 'status',
      kind: 'enum',
      choices: CONNECTION_STATUS_CHOICES,
      sortable: true,
      filterable: 'always',
      shown: true,
      width: 148,
    },
    ORGANIZATION,
    { ...CONTACT, shown: true },
    REGION,
    { key: 'notes', label: 'Notes', kind: 'longtext', searched: true, editable: true, width: 280 },
    CREATED,
    EDITED,
  ],
  events: { created: 'connection:created', updated: 'connection:updated', removed: 'connection:removed' },
  select: `${ROW_COLUMNS}, region, connection_status, requested_at, notes, signal_id, startup_id, organization_id, contact_id, signal:signals!connections_signal_id_fkey(id, signal_identifier, title), startup:startups!connections_startup_id_fkey(id, name), organization:organizations!connections_organization_id_fkey(id, name), contact:contacts!connections_contact_id_fkey(id, full_name)`,
  names: [],
  selectTitle:
    'id, signal:signals!connections_signal_id_fkey(id, signal_identifier, title), startup:startups!connections_startup_id_fkey(id, name)',
  sort: { field: 'airtable_edited_at', descending: true },
};
