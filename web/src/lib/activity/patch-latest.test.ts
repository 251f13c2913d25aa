import { expect, test } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import { patchLatest, type LatestPage } from './patch-latest.ts';

const signal = { id: 's1', signal_identifier: 'SIG-1', title: 'Potholes', urgency: 'low', pain_points: null };
const connection = { id: 'c1', signal_id: 's1', startup_id: 't1', connection_status: 'introduced' };
const startup = { id: 't1', name: 'Kelp' };
const known: Record<string, Record<string, unknown>> = { s1: signal, c1: connection, t1: startup };

const change = (event: Envelope['event'], ids: string[], more: Partial<Envelope> = {}) => ({
  channel: 'region:west' as const,
  live: true,
  envelope: {
    seq: 7,
    event,
    at: '2026-11-24T10:00:00.500Z',
    source: 'admin',
    actor: 'ann',
    ids,
    truncated: false,
    ...more,
  } satisfies Envelope,
});
const empty: LatestPage = { lines: [], names: {} };
const patch = (page: LatestPage, of: ReturnType<typeof change>, size = 40) =>
  patchLatest(page, of, (id) => known[id], size);

test('an edit of a row that the page had → what changed, from what to what, and of what', () => {
  const { lines, names } = patch(
    empty,
    change('signal:updated', ['s1'], { records: [{ ...signal, urgency: 'high', updated_at: 'now' }] }),
  );
  expect(lines).toMatchObject([
    {
      entity: 'signal',
      entity_id: 's1',
      action: 'updated',
      changes: { urgency: ['low', 'high'] },
      actor: 'ann',
    },
  ]);
  expect(lines[0]).not.toHaveProperty('partial');
  expect(names).toEqual({ s1: 'Potholes' });
});

test('an edit of a connection → named by its startup and its signal', () => {
  const records = [{ ...connection, connection_status: 'matched' }];
  const { names } = patch(empty, change('connection:updated', ['c1'], { records }));
  expect(names).toEqual({ c1: 'Kelp for Potholes' });
});

test('an edit of a row that the page never had → a line that is partial', () => {
  const records = [{ id: 'x', full_name: 'Ann Lee' }];
  const { lines, names } = patch(empty, change('contact:updated', ['x'], { records }));
  expect(lines).toMatchObject([{ entity: 'contact', changes: {}, partial: true }]);
  expect(names).toEqual({ x: 'Ann Lee' });
});

test('only bookkeeping of Airtable → no line', () => {
  const records = [{ ...signal, airtable_edited_at: 'now' }];
  const of = change('signal:updated', ['s1'], { records, source: 'airtable', actor: null });
  expect(patch(empty, of)).toBe(empty);
});

test('what the database has said already → not said again', () => {
  const page: LatestPage = {
    names: {},
    lines: [
      {
        id: 12,
        entity: 'signal',
        entity_id: 's1',
        action: 'updated',
        changes: { urgency: ['low', 'high'] },
        source: 'admin',
        actor: 'ann',
        at: '2026-11-24T10:00:00.100Z',
      },
    ],
  };
  const records = [{ ...signal, urgency: 'high' }];
  expect(patch(page, change('signal:updated', ['s1'], { records }))).toBe(page);
  const later = change('signal:updated', ['s1'], { records, at: '2026-11-24T10:01:00Z' });
  expect(patch(page, later).lines).toHaveLength(2);
});

test('an assignment → its signal and its startup; a removal → the title that was known', () => {
  const records = [{ id: 'a1', signal_id: 's1', startup_id: 't1' }];
  const { lines, names } = patch(empty, change('signal:assigned', ['a1'], { records }));
  expect(lines).toMatchObject([{ entity: 'assignment', action: 'created' }]);
  expect(names).toEqual({ a1: 'Potholes to Kelp' });
  expect(patch(empty, change('signal:removed', ['s1'])).names).toEqual({ s1: 'Potholes' });
});

test('more lines than are looked at → the oldest go', () => {
  const ids = ['a', 'b', 'c'];
  const records = ids.map((id) => ({ id, name: id }));
  const { lines } = patch(empty, change('organization:created', ids, { records }), 2);
  expect(lines.map(({ entity_id }) => entity_id)).toEqual(['a', 'b']);
});
