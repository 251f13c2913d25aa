import { QueryClient } from '@tanstack/svelte-query';
import { beforeEach, expect, test } from 'vitest';
import type { LiveChange } from '../realtime/live-change.ts';
import { type PendingEdits, pendingEditsOf, shareCovered } from './pending-edits.ts';

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

/** What the live layer does with a message: covers it, and writes its rows into the caches. */
function message(record: Record<string, unknown>): void {
  const change: LiveChange = {
    channel: 'region:west',
    live: true,
    envelope: {
      seq: 1,
      event: 'signal:updated',
      at: '2026-11-23T10:00:00Z',
      source: 'airtable',
      ids: ['a'],
      records: [record],
      truncated: false,
    },
  };
  const [covered] = pending.coverChange(change).envelope.records ?? [];
  queries.setQueryData(RECORD, covered);
  queries.setQueryData(LIST, { rows: [{ id: 'a', urgency: covered?.urgency }], total: 1 });
}

test('begun → shown in every cache, and marked; refused → everything as it was', () => {
  const [edit] = pending.begin([{ id: 'a', fields: { urgency: 'high' } }]);
  expect([listed()?.urgency, shown()?.urgency]).toEqual(['high', 'high']);
  expect(pending.of('a')?.fields).toEqual(new Set(['urgency']));
  pending.revoke(edit!);
  expect([listed()?.urgency, shown()?.urgency, shown()?.title]).toEqual(['low', 'low', 'Old']);
  expect(pending.of('a')).toBeUndefined();
});

test('an answer of the database that still has the old value → does not flicker back', () => {
  const [edit] = pending.begin([{ id: 'a', fields: { urgency: 'high' } }]);
  queries.setQueryData(RECORD, row({ title: 'Fetched' }));
  expect(shown()).toMatchObject({ urgency: 'high', title: 'Fetched' });
  pending.revoke(edit!);
  expect(shown()).toMatchObject({ urgency: 'low', title: 'Fetched' });
});

test('somebody else’s change of another field meanwhile → shown at once, and kept when the edit is refused', () => {
  const [edit] = pending.begin([{ id: 'a', fields: { urgency: 'high' } }]);
  message(row({ title: 'Theirs', updated_at: 'v2' }));
  expect(shown()).toMatchObject({ urgency: 'high', title: 'Theirs' });
  pending.revoke(edit!);
  expect(shown()).toMatchObject({ urgency: 'low', title: 'Theirs' });
});

test('somebody else’s change of the same field meanwhile, then refused → theirs', () => {
  const [edit] = pending.begin([{ id: 'a', fields: { urgency: 'high' } }]);
  message(row({ urgency: 'critical', updated_at: 'v2' }));
  expect(shown()?.urgency).toBe('high');
  pending.revoke(edit!);
  expect([listed()?.urgency, shown()?.urgency]).toEqual(['critical', 'critical']);
});

test('confirmed → the row of the answer, with what only the database knows', () => {
  const [edit] = pending.begin([{ id: 'a', fields: { urgency: 'high' } }]);
  pending.confirm(edit!, row({ urgency: 'high', title: 'Trimmed', updated_at: 'v2' }));
  expect(shown()).toMatchObject({ urgency: 'high', title: 'Trimmed', updated_at: 'v2' });
});

test('the message of the change comes before its answer, and a newer one after it → the answer does not undo the newer', () => {
  const [edit] = pending.begin([{ id: 'a', fields: { urgency: 'high' } }]);
  message(row({ urgency: 'high', updated_at: 'v2' }));
  message(row({ urgency: 'critical', title: 'Theirs', updated_at: 'v3' }));
  pending.confirm(edit!, row({ urgency: 'high', updated_at: 'v2' }));
  expect(shown()).toMatchObject({ urgency: 'critical', title: 'Theirs' });
  expect(listed()?.urgency).toBe('critical');
});

test('two edits of one field → the newer is on top, and each can be refused alone', () => {
  const [first] = pending.begin([{ id: 'a', fields: { urgency: 'high' } }]);
  const [second] = pending.begin([{ id: 'a', fields: { urgency: 'critical' } }]);
  pending.confirm(first!, row({ urgency: 'high', updated_at: 'v2' }));
  expect(shown()?.urgency).toBe('critical');
  pending.revoke(second!);
  expect([listed()?.urgency, shown()?.urgency]).toEqual(['high', 'high']);
});

test('a field that a cache does not have → is not added there', () => {
  pending.begin([{ id: 'a', fields: { title: 'New' } }]);
  expect(listed()).not.toHaveProperty('title');
  expect(shown()?.title).toBe('New');
});

test('data marked as out of date → stay so', () => {
  queries.getQueryCache().find({ queryKey: RECORD })?.invalidate();
  pending.begin([{ id: 'a', fields: { urgency: 'high' } }]);
  expect(queries.getQueryState(RECORD)?.isInvalidated).toBe(true);
});
