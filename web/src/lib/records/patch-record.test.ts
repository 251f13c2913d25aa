import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import { ENTITIES } from '../entities/entities.ts';
import type { EntityRow } from '../entities/entity.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { patchRecord } from './patch-record.ts';
import { selectRecord } from './select-record.ts';

const { signals, interactions } = ENTITIES;

const row = (change: Partial<EntityRow> = {}): EntityRow => ({
  id: 'a',
  region: 'west',
  created_at: 't0',
  updated_at: 't1',
  airtable_edited_at: null,
  received_at: null,
  title: 'Old',
  organization_id: 'o1',
  organization: { id: 'o1', name: 'Mesa Verano' },
  contact_id: null,
  contact: null,
  ...change,
});
const { organization: _o, contact: _c, ...record } = row({ title: 'New', updated_at: 't2' });

const change = (
  event: Envelope['event'],
  more: Partial<Envelope> = {},
  channel = 'region:west',
): LiveChange => ({
  channel: channel as LiveChange['channel'],
  live: true,
  envelope: { seq: 1, event, at: 't2', source: 'airtable', ids: ['a'], truncated: false, ...more },
});
const patch = (before: EntityRow | null, message: LiveChange) => patchRecord(before, signals, 'a', message);

test('a change → its columns, the names of what it links to kept, what changed named', () => {
  const patched = patch(row(), change('signal:updated', { records: [record] }));
  expect(patched.data).toMatchObject({ title: 'New', organization: { name: 'Mesa Verano' } });
  expect(patched).toMatchObject({ touched: [{ id: 'a', fields: ['updated_at', 'title'] }], refetch: false });
});

test('a link to something else → no wrong name meanwhile, and asked for', () => {
  const moved = { ...record, organization_id: 'o2' };
  const patched = patch(row(), change('signal:updated', { records: [moved] }));
  expect(patched.data?.organization).toBeNull();
  expect(patched.refetch).toBe(true);
  const cut = { ...record, organization_id: null };
  expect(patch(row(), change('signal:updated', { records: [cut] })).refetch).toBe(false);
});

test('the same again, and changes of others → the same object', () => {
  const { data } = patch(row(), change('signal:updated', { records: [record] }));
  expect(patch(data, change('signal:updated', { records: [record] })).data).toBe(data);
  expect(patch(data, change('signal:updated', { ids: ['b'], records: [{ ...record, id: 'b' }] })).data).toBe(
    data,
  );
  expect(patch(data, change('startup:updated')).data).toBe(data);
});

describe('removed', () => {
  test('from its region → gone; from one that it had left → stays', () => {
    expect(patch(row(), change('signal:removed')).data).toBeNull();
    const stays = row();
    expect(patch(stays, change('signal:removed', {}, 'region:south')).data).toBe(stays);
  });
  test('and back, or too many for one message → asked for', () => {
    expect(patch(null, change('signal:created', { records: [record] })).refetch).toBe(true);
    expect(patch(row(), change('signal:updated', { truncated: true })).refetch).toBe(true);
  });
});

test('what it links to gets a new name → shown, without a request', () => {
  const message = change('organization:updated', { ids: ['o1'], records: [{ id: 'o1', name: 'Mesa' }] });
  const patched = patch(row(), message);
  expect(patched.data?.organization).toEqual({ id: 'o1', name: 'Mesa' });
  expect(patched).toMatchObject({ touched: [{ id: 'a', fields: ['organization_id'] }], refetch: false });
});

test('a link whose name is made of others → asked for when it changes', () => {
  const linked = row({ connection_id: 'k', connection: { id: 'k', startup: null, signal: null } });
  const message = change('connection:updated', { ids: ['k'], records: [{ id: 'k' }] });
  expect(patchRecord(linked, interactions, 'a', message).refetch).toBe(true);
});

test('what is asked for names every link by its foreign key', () => {
  expect(selectRecord(signals)).toContain('organization:organizations!signals_organization_id_fkey(');
});
