import { describe, expect, test } from 'vitest';
import type { Whoami } from '../../../../supabase/types/realtime.ts';
import { mayFollow } from './connection-actions.ts';
import type { Fields } from './map-rows.ts';
import { actionsFor } from './row-actions.ts';

const me = (role: Whoami['role'], ...regions: Whoami['regions']) => ({ role, regions });
const signal = (change: Fields = {}): Fields => ({
  id: 'a',
  signal_identifier: 'SIG-0042',
  region: 'west',
  approval_status: 'approved',
  is_public: true,
  rejection_reason: null,
  ...change,
});
const ids = (row: Fields, who = me('admin', 'west')) => actionsFor('signals', row, who).map(({ id }) => id);

test('viewers, and admins of another region → nothing is offered', () => {
  expect(ids(signal(), me('viewer', 'west'))).toEqual([]);
  expect(ids(signal(), me('admin', 'south'))).toEqual([]);
});

test.each([
  ['draft', ['approve', 'reject', 'archive']],
  ['pending_review', ['approve', 'reject', 'archive']],
  ['approved', ['assign', 'publish', 'reject', 'reopen', 'archive']],
  ['rejected', ['approve', 'reopen', 'archive']],
  ['archived', ['reopen']],
])('a signal that is %s → %o', (approval_status, expected) => {
  expect(ids(signal({ approval_status, is_public: false }))).toEqual(expected);
});

test.each([
  ['2026-11-24T10:00:00Z', 'pending_review', ['accept-request', 'decline-request', 'move-closed']],
  [null, 'pending_review', ['move-introduced', 'move-declined', 'move-closed']],
])('a connection that was asked for at %s and is %s → %o', (requested_at, connection_status, expected) => {
  const row = { id: 'c', region: 'west', requested_at, connection_status };
  const actions = actionsFor('connections', row, me('admin', 'west'));
  expect(actions.map(({ id }) => id)).toEqual(expected);
});

test('a request that is declined → its own function, with the reason', () => {
  const row = { id: 'c', region: 'west', requested_at: '2026-11-24', connection_status: 'pending_review' };
  const decline = actionsFor('connections', row, me('owner')).find(({ id }) => id === 'decline-request');
  const { call, fields } = decline!.change(row, { reason: 'Not yet' });
  expect(call).toEqual({ name: 'decline_request', args: { connection: 'c', reason: 'Not yet' } });
  expect(fields).toEqual({ connection_status: 'declined' });
});

test('credits → owners alone', () => {
  const startup = { id: 's', name: 'Kelp', credits: 3 };
  expect(actionsFor('startups', startup, me('admin', 'west'))).toEqual([]);
  expect(actionsFor('startups', startup, me('owner')).map(({ id }) => id)).toEqual(['grant-credits']);
});

describe('undo', () => {
  const undoOf = (row: Fields, action: string) => {
    const change = actionsFor('signals', row, me('owner'))
      .find(({ id }) => id === action)!
      .change(row, {});
    return change.undo!({}).map(({ call, fields }) => [call.name, fields]);
  };
  test('of archiving a public signal → approved and published again, in this order', () => {
    expect(undoOf(signal(), 'archive').map(([name]) => name)).toEqual(['approve_signal', 'publish_signal']);
  });
  test('of approving → waits for review again', () => {
    const row = signal({ approval_status: 'pending_review', is_public: false });
    expect(undoOf(row, 'approve')).toEqual([
      ['reopen_signal', { approval_status: 'pending_review', rejection_reason: null, is_public: false }],
    ]);
  });
  test('of approving what was rejected → rejected again, for the same reason', () => {
    const row = signal({ approval_status: 'rejected', is_public: false, rejection_reason: 'Twice' });
    expect(undoOf(row, 'approve')).toMatchObject([['reject_signal', { rejection_reason: 'Twice' }]]);
  });
});

test('a connection moves a step on or back, and nowhere else', () => {
  expect(mayFollow('pending_review', 'introduced')).toBe(true);
  expect(mayFollow('introduced', 'pending_review')).toBe(true);
  expect(mayFollow('pending_review', 'matched')).toBe(false);
  expect(mayFollow('matched', 'declined')).toBe(false);
  expect(mayFollow('closed', 'closed')).toBe(false);
});
