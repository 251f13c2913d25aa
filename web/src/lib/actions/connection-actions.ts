import { CONNECTION_STATUS_CHOICES } from '../entities/choices.ts';
import { CONNECTIONS } from '../entities/connections.ts';
import { CONNECTION_STATUSES } from '../entities/words.ts';
import type { Change } from './change.ts';
import type { Fields } from './map-rows.ts';
import type { RowAction } from './row-action.ts';

export type ConnectionStatus = keyof typeof CONNECTION_STATUSES;

/** Pairs that follow each other, in either order: every step can be taken back. As the database has it. */
const STEPS: readonly (readonly [ConnectionStatus, ConnectionStatus])[] = [
  ['pending_review', 'introduced'],
  ['introduced', 'in_progress'],
  ['in_progress', 'matched'],
  ['pending_review', 'declined'],
  ['introduced', 'declined'],
  ['in_progress', 'declined'],
  ['pending_review', 'closed'],
  ['introduced', 'closed'],
  ['in_progress', 'closed'],
  ['matched', 'closed'],
];

export const mayFollow = (from: unknown, to: unknown): boolean =>
  STEPS.some(([one, other]) => (one === from && other === to) || (one === to && other === from));

/** Moves a connection a step; undone by the step back. */
export function moveConnection(row: Fields, status: ConnectionStatus): Change {
  const before = row.connection_status as ConnectionStatus;
  return {
    entity: 'connections',
    id: String(row.id),
    call: { name: 'set_connection_status', args: { connection: String(row.id), status } },
    fields: { connection_status: status },
    name: CONNECTIONS.title(row),
    past: `moved to ${CONNECTION_STATUSES[status].label.toLowerCase()}`,
    undo: () => [moveConnection({ ...row, connection_status: status }, before)],
  };
}

const LABELS: Record<ConnectionStatus, string> = {
  pending_review: 'Back to pending review',
  introduced: 'Mark as introduced',
  in_progress: 'Mark as in progress',
  matched: 'Mark as matched',
  declined: 'Decline',
  closed: 'Close',
};

export const CONNECTION_ACTIONS: readonly RowAction[] = CONNECTION_STATUS_CHOICES.map(({ value, icon }) => {
  const status = value as ConnectionStatus;
  return {
    id: `move-${value}`,
    label: LABELS[status],
    icon,
    ...(status === 'matched' && { tone: 'good' as const }),
    ...(status === 'declined' && { tone: 'bad' as const }),
    possible: (row) => mayFollow(row.connection_status, status),
    change: (row) => moveConnection(row, status),
  };
});
