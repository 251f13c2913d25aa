import { expect, test } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import { patchRequests } from './patch-requests.ts';

const row = (id: string, connection_status: string, requested_at: string | null = '2026-11-24') => ({
  id,
  connection_status,
  requested_at,
});
const told = (event: Envelope['event'], records: { id: string }[], truncated = false) => ({
  envelope: {
    seq: 1,
    event,
    at: '2026-11-24T10:00:00Z',
    source: 'admin' as const,
    ids: records.map(({ id }) => id),
    records,
    truncated,
  },
});

test.each([
  ['is asked for', told('connection:created', [row('c', 'pending_review')]), ['c', 'a', 'b']],
  ['is made by staff', told('connection:created', [row('c', 'pending_review', null)]), ['a', 'b']],
  ['is answered', told('connection:updated', [row('a', 'introduced')]), ['b']],
  ['has new notes', told('connection:updated', [row('a', 'pending_review')]), ['a', 'b']],
  ['is removed', told('connection:removed', [{ id: 'b' }]), ['a']],
])('a connection that %s → %3$o wait', (_, change, waiting) => {
  const { records, ...envelope } = change.envelope;
  const removed = envelope.event === 'connection:removed';
  expect(patchRequests(['a', 'b'], { envelope: { ...envelope, ...(!removed && { records }) } }).data).toEqual(
    waiting,
  );
});

test('more connections than a message holds → ask the database', () => {
  expect(patchRequests([], told('connection:updated', [], true)).refetch).toBe(true);
});
