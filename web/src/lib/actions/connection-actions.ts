import CircleX from '@lucide/svelte/icons/circle-x';
import Handshake from '@lucide/svelte/icons/handshake';
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

/** A startup asked for this connection, and waits for the answer. */
export const isRequest = (row: Fields): boolean =>
  row.connection_status === 'pending_review' && typeof row.requested_at === 'string';

/** Answers what a startup asked for: introduced, or declined with a reason that it reads. Undone by the step back. */
export function answerRequest(row: Fields, outcome: 'introduced' | 'declined', reason = ''): Change {
  const connection = String(row.id);
  return {
    ...moveConnection(row, outcome),
    call:
      outcome === 'introduced'
        ? { name: 'accept_request', args: { connection } }
        : { name: 'decline_request', args: { connection, reason } },
    past: outcome === 'introduced' ? 'introduced' : 'declined; the startup has its credits back',
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

const REQUEST_ACTIONS: readonly RowAction[] = [
  {
    id: 'accept-request',
    label: 'Introduce',
    icon: Handshake,
    tone: 'good',
    possible: isRequest,
    change: (row) => answerRequest(row, 'introduced'),
  },
  {
    id: 'decline-request',
    label: 'Decline',
    icon: CircleX,
    tone: 'bad',
    needs: 'reason',
    hint: 'The startup reads this, and its credits return',
    possible: isRequest,
    change: (row, { reason }) => answerRequest(row, 'declined', reason),
  },
];

export const CONNECTION_ACTIONS: readonly RowAction[] = [
  ...REQUEST_ACTIONS,
  ...CONNECTION_STATUS_CHOICES.map(({ value, icon }): RowAction => {
    const status = value as ConnectionStatus;
    return {
      id: `move-${value}`,
      label: LABELS[status],
      icon,
      ...(status === 'matched' && { tone: 'good' as const }),
      ...(status === 'declined' && { tone: 'bad' as const }),
      possible: (row) => mayFollow(row.connection_status, status) && !(isRequest(row) && isAnswer(status)),
      change: (row) => moveConnection(row, status),
    };
  }),
];

const isAnswer = (status: ConnectionStatus) => status === 'introduced' || status === 'declined';
