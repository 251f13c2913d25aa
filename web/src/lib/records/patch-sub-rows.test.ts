import { expect, test } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { patchSubRows } from './patch-sub-rows.ts';
import { SUB_RECORDS, type SubRow } from './sub-records.ts';

const below = { column: 'signal_id', id: 's' };
const assignment = (id: string, change: Partial<SubRow> = {}): SubRow => ({
  id,
  region: 'west',
  signal_id: 's',
  startup_id: 'kelp',
  assigned_at: `2026-11-2${id}`,
  signal: { id: 's', title: 'Floods' },
  startup: { id: 'kelp', name: 'Kelp' },
  ...change,
});
const message = (event: Envelope['event'], more: Partial<Envelope>, channel = 'region:west'): LiveChange => ({
  channel: channel as LiveChange['channel'],
  live: true,
  envelope: { seq: 1, event, at: 't', source: 'admin', ids: [], truncated: false, ...more },
});
const known = (id: string) => (id === 'reef' ? { id: 'reef', name: 'Reef' } : undefined);
const patch = (rows: SubRow[], change: LiveChange) =>
  patchSubRows(rows, SUB_RECORDS.assignments, below, change, known);
const bare = ({ signal: _s, startup: _t, ...record }: SubRow) => record;

test('a new one → in its place, with names that the page knows', () => {
  const record = bare(assignment('2', { startup_id: 'reef' }));
  const { data, refetch } = patch([assignment('1')], message('signal:assigned', { records: [record] }));
  expect(data.map(({ id }) => id)).toEqual(['2', '1']);
  expect(data[0]?.startup).toEqual({ id: 'reef', name: 'Reef' });
  expect(refetch).toBe(false);
});

test('one whose name nobody here knows → shown, and asked for', () => {
  const record = bare(assignment('2', { startup_id: 'stranger' }));
  const { data, refetch } = patch([assignment('1')], message('signal:assigned', { records: [record] }));
  expect(data).toHaveLength(2);
  expect(refetch).toBe(true);
});

test('seen by the startup → changed in place', () => {
  const record = bare(assignment('1', { seen_at: 'now' }));
  const patched = patch([assignment('1')], message('assignment:updated', { records: [record] }));
  expect(patched.data[0]).toMatchObject({ seen_at: 'now', startup: { name: 'Kelp' } });
  expect(patched.touched).toEqual([{ id: '1', fields: ['seen_at'] }]);
});

test('taken back → gone; from a region that it had left, or of another signal → the same rows', () => {
  const rows = [assignment('1')];
  expect(patch(rows, message('assignment:removed', { ids: ['1'] })).data).toEqual([]);
  expect(patch(rows, message('assignment:removed', { ids: ['1'] }, 'region:south')).data).toBe(rows);
  const other = bare(assignment('9', { signal_id: 'other' }));
  expect(patch(rows, message('signal:assigned', { records: [other] })).data).toBe(rows);
});

test('matches → best first', () => {
  const match = (id: string, score: number) => ({ id, signal_id: 's', startup_id: 'reef', score });
  const { data } = patchSubRows(
    [],
    SUB_RECORDS.matches,
    below,
    message('match:generated', { records: [match('a', 0.2), match('b', 0.9)] }),
    known,
  );
  expect(data.map(({ id }) => id)).toEqual(['b', 'a']);
});
