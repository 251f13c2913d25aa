import { QueryClient } from '@tanstack/svelte-query';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import type { PendingEdits } from './pending-edits.ts';
import { pendingEditsOf, shareCovered } from './pending-edits-of.ts';

const LIST = ['signals', 'list'];
const RECORD = ['signals', 'record', 'a'];

let queries: QueryClient;
let pending: PendingEdits;

const row = (change: object = {}) => ({
  id: 'a',
  urgency: 'low',
  title: 'Old',
  updated_at: 'v1',
  ...change,
});

beforeEach(() => {
  queries = new QueryClient({
    defaultOptions: { queries: { structuralSharing: shareCovered(() => queries) } },
  });
  pending = pendingEditsOf(queries);
  queries.setQueryData(LIST, { rows: [{ id: 'a', urgency: 'low', updated_at: 'v1' }], total: 1 });
  queries.setQueryData(RECORD, row());
});

const listed = () => queries.getQueryData<{ rows: Record<string, unknown>[] }>(LIST)!.rows[0];
const shown = () => queries.getQueryData<Record<string, unknown>>(RECORD);

/** What the live layer does with a message: writes its rows into the caches, wherever they are. */
function message(record: Record<string, unknown>): { urgency: unknown } {
  const envelope: Envelope = {
    seq: 1,
    event: 'signal:updated',
    at: '2026-11-23T10:00:00Z',
    source: 'airtable',
    ids: ['a'],
    records: [record],
    truncated: false,
  };
  let found: unknown;
  pending.during({ envelope }, () => {
    found = listed()?.urgency;
    queries.setQueryData(RECORD, record);
    const { id, urgency, updated_at } = record;
    queries.setQueryData(LIST, { rows: [{ id, urgency, updated_at }], total: 1 });
  });
  return { urgency: found };
}

test('begun → shown in every cache, and marked; refused → everything as it was', () => {
  const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
  expect([listed()?.urgency, shown()?.urgency]).toEqual(['high', 'high']);
  expect(pending.of('a')?.fields).toEqual(new Set(['urgency']));
  pending.revoke(edit!);
  expect([listed()?.urgency, shown()?.urgency, shown()?.title]).toEqual(['low', 'low', 'Old']);
  expect(pending.of('a')).toBeUndefined();
});

test('an answer of the database that still has the old value → does not flicker back', () => {
  const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
  queries.setQueryData(RECORD, row({ title: 'Fetched' }));
  expect(shown()).toMatchObject({ urgency: 'high', title: 'Fetched' });
  pending.revoke(edit!);
  expect(shown()).toMatchObject({ urgency: 'low', title: 'Fetched' });
});

test('somebody else’s change of another field meanwhile → shown at once, and kept when the edit is refused', () => {
  const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
  message(row({ title: 'Theirs', updated_at: 'v2' }));
  expect(shown()).toMatchObject({ urgency: 'high', title: 'Theirs' });
  pending.revoke(edit!);
  expect(shown()).toMatchObject({ urgency: 'low', title: 'Theirs' });
});

test('somebody else’s change of the same field meanwhile, then refused → theirs', () => {
  const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
  message(row({ urgency: 'critical', updated_at: 'v2' }));
  expect(shown()?.urgency).toBe('high');
  pending.revoke(edit!);
  expect([listed()?.urgency, shown()?.urgency]).toEqual(['critical', 'critical']);
});

describe('written', () => {
  const answer = () => row({ urgency: 'high', updated_at: 'v2' });

  test('the answer, then its message → shown all along; the message finds the lists as they were, and is no news', () => {
    const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
    pending.answered(edit!, answer());
    expect(pending.of('a')).toBeUndefined();
    expect([listed()?.urgency, pending.covers('a', 'urgency')]).toEqual(['high', true]);
    expect(message(answer())).toEqual({ urgency: 'low' });
    expect([listed()?.urgency, pending.covers('a', 'urgency')]).toEqual(['high', false]);
    expect(message(row({ urgency: 'low', updated_at: 'v3' }))).toEqual({ urgency: 'high' });
    expect([listed()?.urgency, shown()?.urgency]).toEqual(['low', 'low']);
  });

  test('its message, then a newer one, then the answer → the newer', () => {
    const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
    message(answer());
    message(row({ urgency: 'critical', title: 'Theirs', updated_at: 'v3' }));
    pending.answered(edit!, answer());
    expect(shown()).toMatchObject({ urgency: 'critical', title: 'Theirs' });
    expect(listed()?.urgency).toBe('critical');
  });

  test('otherwise than asked → as the database keeps it', () => {
    const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { title: ' New ' } }]);
    pending.answered(edit!, row({ title: 'New', updated_at: 'v2' }));
    expect(shown()?.title).toBe('New');
  });

  test('and nothing had to change → done at once: there will be no message', () => {
    const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'low' } }]);
    pending.answered(edit!, row());
    expect(pending.covers('a', 'urgency')).toBe(false);
  });

  test('without a row in the answer → done with the message that has the values', () => {
    const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
    pending.answered(edit!);
    message(row({ title: 'Other', updated_at: 'v2' }));
    expect(shown()?.urgency).toBe('high');
    message(row({ urgency: 'high', updated_at: 'v3' }));
    expect(pending.covers('a', 'urgency')).toBe(false);
    expect(shown()?.urgency).toBe('high');
  });

  test('and no message comes → stays as written, and the lists are asked for again', () => {
    vi.useFakeTimers();
    const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
    pending.answered(edit!, answer());
    vi.advanceTimersByTime(5000);
    vi.useRealTimers();
    expect([listed()?.urgency, pending.covers('a', 'urgency')]).toEqual(['high', false]);
    expect(queries.getQueryState(LIST)?.isInvalidated).toBe(true);
  });
});

test('two edits of one field → the newer is on top, and each can be refused alone', () => {
  const [first] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
  const [second] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'critical' } }]);
  pending.answered(first!, row({ urgency: 'high', updated_at: 'v2' }));
  expect(shown()?.urgency).toBe('critical');
  pending.revoke(second!);
  expect([listed()?.urgency, shown()?.urgency]).toEqual(['high', 'high']);
});

test('a field that a cache does not have → is not added there', () => {
  pending.begin([{ entity: 'signals', id: 'a', fields: { title: 'New' } }]);
  expect(listed()).not.toHaveProperty('title');
  expect(shown()?.title).toBe('New');
});

test('data marked as out of date → stay so', () => {
  queries.getQueryCache().find({ queryKey: RECORD })?.invalidate();
  pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
  expect(queries.getQueryState(RECORD)?.isInvalidated).toBe(true);
});

test('what is kept for another day → the rows without the edits, which come on top again', () => {
  const [edit] = pending.begin([{ entity: 'signals', id: 'a', fields: { urgency: 'high' } }]);
  expect(shown()).toMatchObject({ urgency: 'high' });
  expect(pending.uncover(shown())).toMatchObject({ urgency: 'low', title: 'Old' });
  expect(pending.uncover(queries.getQueryData(LIST))).toMatchObject({ rows: [{ urgency: 'low' }] });
  message(row({ urgency: 'medium', updated_at: 'v2' }));
  expect(pending.uncover(shown())).toMatchObject({ urgency: 'medium' });
  pending.revoke(edit!);
  expect(pending.uncover(shown())).toBe(shown());
});
