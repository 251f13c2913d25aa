import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import { type Patch, unchanged } from '../queries/row-patch.ts';
import type { LiveChange } from '../realtime/live-change.ts';

/** Events after which other requests may wait. */
export const REQUEST_EVENTS: readonly LiveEvent[] = [
  'connection:created',
  'connection:updated',
  'connection:removed',
];

/** Which connections wait for an answer after a change. `ids` are those that waited before. */
export function patchRequests(ids: string[], { envelope }: Pick<LiveChange, 'envelope'>): Patch<string[]> {
  if (envelope.truncated) return { ...unchanged(ids), refetch: true };
  const waits = (envelope.records ?? [])
    .filter((row) => row.connection_status === 'pending_review' && row.requested_at)
    .map(({ id }) => String(id));
  const left = ids.filter((id) => waits.includes(id) || !envelope.ids.includes(id));
  const came = waits.filter((id) => !ids.includes(id));
  if (!came.length && left.length === ids.length) return unchanged(ids);
  return { data: [...came, ...left], touched: [], refetch: false };
}
