import MessagesSquare from '@lucide/svelte/icons/messages-square';
import { INTERACTION_KIND_CHOICES } from './choices.ts';
import { type Entity, textOf } from './entity.ts';
import { CONTACT, CREATED, EDITED, REGION, ROW_COLUMNS, STARTUP } from './shared-fields.ts';

export const INTERACTIONS: Entity = {
  key: 'interactions',
  singular: 'interaction',
  plural: 'interactions',
  icon: MessagesSquare,
  path: '/interactions',
  title: (row) => {
    const kind = INTERACTION_KIND_CHOICES.find(({ value }) => value === row.kind)?.label;
    const summary = textOf(row, 'summary');
    if (kind && summary) return `${kind}: ${summary}`;
    return summary ?? kind ?? 'Interaction without a summary';
  },
  fields: [
    { key: 'summary', label: 'Summary', kind: 'longtext', searched: true, editable: true, shown: true },
    {
      key: 'kind',
      label: 'Kind',
      kind: 'enum',
      choices: INTERACTION_KIND_CHOICES,
      sortable: true,
      filterable: 'always',
      editable: true,
      shown: true,
      width: 112,
    },
    {
      key: 'occurred_at',
      label: 'When',
      param: 'when',
      kind: 'datetime',
      sortable: true,
      filterable: 'always',
      editable: true,
      shown: true,
      width: 116,
    },
    { ...STARTUP, editable: true },
    { ...CONTACT, shown: true },
    {
      key: 'connection_id',
      label: 'Connection',
      param: 'connection',
      kind: 'link',
      entity: 'connections',
      embed: 'connection',
      filterable: 'offered',
      editable: true,
      recordOnly: true,
    },
    REGION,
    CREATED,
    { ...EDITED, shown: false },
  ],
  events: { created: 'interaction:created', updated: 'interaction:updated', removed: 'interaction:removed' },
  select: `${ROW_COLUMNS}, region, kind, occurred_at, summary, connection_id, contact_id, startup_id, contact:contacts!interactions_contact_id_fkey(id, full_name), startup:startups!interactions_startup_id_fkey(id, name)`,
  names: ['summary'],
  selectTitle: 'id, kind, summary',
  sort: { field: 'occurred_at', descending: true },
};
