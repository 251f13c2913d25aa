import { describe, expect, test } from 'vitest';
import type { ChannelName, LiveEvent } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { holdPool, takePool } from './held-pool.ts';
import { PORTAL_EVENTS, PORTAL_PATCHES } from './patch-portal.ts';
import type { ConnectionRow, PoolRow } from './portal-rows.ts';
import { stepsOf } from './steps-of.ts';

const pool = (id: string, title = id): PoolRow => ({
  id,
  signal_identifier: null,
  title,
  pain_points: null,
  improvement: null,
  urgency: null,
  region: 'west',
  organization_name: null,
  updated_at: '',
});
const change = (
  channel: ChannelName,
  event: LiveEvent,
  rows: readonly { id: string }[],
  truncated = false,
): LiveChange => ({
  channel,
  live: true,
  envelope: {
    seq: 1,
    event,
    at: '',
    source: 'system',
    ids: rows.map(({ id }) => id),
    truncated,
    ...(!event.endsWith('removed') && !truncated && { records: rows as never }),
  },
});

describe('the pool', () => {
  const rows = [pool('a'), pool('b')];

  test('published → on top; changed → where it stands; the same again → the same', () => {
    const message = change('pool', 'pool:published', [pool('c'), pool('a', 'new')]);
    const { data } = PORTAL_PATCHES.pool(rows, message);
    expect(data.map(({ id, title }) => `${id} ${title}`)).toEqual(['c c', 'a new', 'b b']);
    expect(PORTAL_PATCHES.pool(data, message).data).toEqual(data);
  });

  test('removed → gone; a bulk → asked for', () => {
    expect(PORTAL_PATCHES.pool(rows, change('pool', 'pool:removed', [pool('a')])).data).toEqual([pool('b')]);
    expect(PORTAL_PATCHES.pool(rows, change('pool', 'pool:published', rows, true)).refetch).toBe(true);
  });

  test('before the reader’s eyes → what came waits, what left is marked, nothing moves', () => {
    const before = takePool(rows).shown;
    const { shown, waiting } = holdPool(before, [pool('c'), pool('b', 'new')]);
    expect(shown.map(({ row, gone }) => [row.id, row.title, gone])).toEqual([
      ['a', 'a', true],
      ['b', 'new', false],
    ]);
    expect(waiting).toBe(1);
  });
});

test('rows of the region’s channel, which staff hear too, stay out of the portal', () => {
  const message = change('region:west', 'connection:updated', [{ id: 'k' }]);
  const rows: ConnectionRow[] = [];
  expect(PORTAL_PATCHES.connections(rows, message).data).toBe(rows);
});

test('the ledger of one startup takes nothing of another', () => {
  const line = { id: 'l', startup_id: 's', delta: 1, balance: 1, reason: 'x', at: '' };
  const message = change('startup:s', 'credit:created', [line]);
  expect(PORTAL_PATCHES.lines([], message, 's').data).toEqual([line]);
  expect(PORTAL_PATCHES.lines([], message, 'other').data).toEqual([]);
});

test('every event is listened to once', () => {
  expect(new Set(PORTAL_EVENTS).size).toBe(PORTAL_EVENTS.length);
  expect(PORTAL_EVENTS).toContain('assignment:removed');
});

describe('the way of a connection', () => {
  const base = {
    requested_at: '2026-11-01',
    created_at: '2026-10-01',
  } as ConnectionRow;
  const way = (connection: Partial<ConnectionRow>) =>
    stepsOf({ ...base, ...connection }).map(({ label, state, at }) => `${label} ${state} ${at ?? '–'}`);

  test('in progress → what was, what is, what may come', () => {
    expect(way({ connection_status: 'in_progress', steps: { introduced: '2026-11-02' } })).toEqual([
      'Requested done 2026-11-01',
      'Introduced done 2026-11-02',
      'In progress now –',
      'Matched ahead –',
    ]);
  });

  test('declined → how far it had come, and the end', () => {
    expect(way({ connection_status: 'declined', steps: { declined: '2026-11-03' } })).toEqual([
      'Requested done 2026-11-01',
      'Declined now 2026-11-03',
    ]);
  });

  test('made by staff → it was not requested', () => {
    expect(way({ connection_status: 'pending_review', requested_at: null, steps: {} })[0]).toBe(
      'Pending review now 2026-10-01',
    );
  });
});
