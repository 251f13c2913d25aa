import type { Region, Whoami } from '../../../../supabase/types/realtime.ts';
import type { EntityKey } from '../entities/entity.ts';
import { CONNECTION_ACTIONS } from './connection-actions.ts';
import type { Fields } from './map-rows.ts';
import type { RowAction } from './row-action.ts';
import { SIGNAL_ACTIONS } from './signal-actions.ts';
import { STARTUP_ACTIONS } from './startup-actions.ts';

const ALL: Record<EntityKey, readonly RowAction[]> = {
  signals: SIGNAL_ACTIONS,
  connections: CONNECTION_ACTIONS,
  startups: STARTUP_ACTIONS,
  organizations: [],
  contacts: [],
  interactions: [],
};

/** May this person act on the row? The database decides; this keeps from offering what it would refuse. */
export function mayAct({ role, regions }: Pick<Whoami, 'role' | 'regions'>, row: Fields): boolean {
  if (role === 'owner') return true;
  return role === 'admin' && (row.region === undefined || regions.includes(row.region as Region));
}

/** What this person can do with the row as it is now. */
export function actionsFor(
  entity: EntityKey,
  row: Fields,
  me: Pick<Whoami, 'role' | 'regions'>,
): RowAction[] {
  if (!mayAct(me, row)) return [];
  return ALL[entity].filter(
    ({ ownersOnly, possible }) => (!ownersOnly || me.role === 'owner') && possible(row),
  );
}

/** What this person can do with rows of the kind, whichever they are. */
export const bulkActionsFor = (entity: EntityKey, me: Pick<Whoami, 'role'>): RowAction[] =>
  me.role === 'viewer'
    ? []
    : ALL[entity].filter(({ single, ownersOnly }) => !single && (!ownersOnly || me.role === 'owner'));
