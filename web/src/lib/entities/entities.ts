import { CONNECTIONS } from './connections.ts';
import { CONTACTS } from './contacts.ts';
import type { Entity, EntityKey } from './entity.ts';
import { INTERACTIONS } from './interactions.ts';
import { ORGANIZATIONS } from './organizations.ts';
import { SIGNALS } from './signals.ts';
import { STARTUPS } from './startups.ts';

/** Everything that has lists and records. */
export const ENTITIES: Readonly<Record<EntityKey, Entity>> = {
  signals: SIGNALS,
  connections: CONNECTIONS,
  startups: STARTUPS,
  organizations: ORGANIZATIONS,
  contacts: CONTACTS,
  interactions: INTERACTIONS,
};
