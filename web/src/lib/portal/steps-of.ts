import { CONNECTION_STATUSES } from '../entities/words.ts';
import type { ConnectionRow, ConnectionStatus } from './portal-rows.ts';

export interface Step {
  label: string;
  state: 'done' | 'now' | 'ahead';
  tone: 'good' | 'bad' | 'accent';
  /** Since when, as far as is known. */
  at: string | null;
}

const WAY = ['pending_review', 'introduced', 'in_progress', 'matched'] as const;

/** The way of a connection, with where it stands. One that ended early shows how far it had come. */
export function stepsOf({ connection_status, steps, requested_at, created_at }: ConnectionRow): Step[] {
  const label = (status: ConnectionStatus) =>
    status === 'pending_review' && requested_at !== null ? 'Requested' : CONNECTION_STATUSES[status].label;
  const at = (status: ConnectionStatus) =>
    status === 'pending_review' ? (requested_at ?? created_at) : (steps[status] ?? null);

  const place = WAY.indexOf(connection_status as (typeof WAY)[number]);
  if (place >= 0) {
    return WAY.map((status, index) => ({
      label: label(status),
      state: index < place ? 'done' : index === place ? 'now' : 'ahead',
      tone: status === 'matched' ? 'good' : 'accent',
      at: index <= place ? at(status) : null,
    }));
  }
  const came = WAY.filter((status) => status === 'pending_review' || steps[status]);
  return [
    ...came.map((status) => ({
      label: label(status),
      state: 'done' as const,
      tone: 'accent' as const,
      at: at(status),
    })),
    { label: label(connection_status), state: 'now', tone: 'bad', at: at(connection_status) },
  ];
}
