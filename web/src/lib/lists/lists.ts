import Waypoints from '@lucide/svelte/icons/waypoints';
import { ENTITIES } from '../entities/entities.ts';
import type { EntityKey } from '../entities/entity.ts';
import type { List } from './list.ts';

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const listOf = (key: EntityKey, empty: string): List => {
  const entity = ENTITIES[key];
  return {
    id: key,
    entity,
    label: capital(entity.plural),
    icon: entity.icon,
    path: entity.path,
    always: {},
    sort: entity.sort,
    empty,
  };
};

/** All lists, in the order of the navigation. */
export const LISTS: Readonly<Record<List['id'], List>> = {
  signals: listOf('signals', 'Signals entered in Airtable for your regions appear here by themselves.'),
  pool: {
    id: 'pool',
    entity: ENTITIES.signals,
    label: 'Signal pool',
    icon: Waypoints,
    path: '/pool',
    always: {
      approval_status: { kind: 'one-of', values: ['approved'] },
      is_public: { kind: 'is', value: true },
    },
    sort: { field: 'airtable_edited_at', descending: true },
    empty: 'Approved signals that are made public appear here, and startups see them from then on.',
  },
  connections: {
    ...listOf('connections', 'When a startup is put in touch with a government, it appears here.'),
    board: 'connection_status',
  },
  startups: listOf('startups', 'Startups entered in Airtable appear here by themselves.'),
  organizations: listOf('organizations', 'Governments entered in Airtable for your regions appear here.'),
  contacts: listOf('contacts', 'People of the governments in your regions appear here.'),
  interactions: listOf('interactions', 'Calls, emails and meetings noted in Airtable appear here.'),
};
