import { QueryClient } from '@tanstack/svelte-query';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import type { Db } from '../supabase/schema.ts';
import { Toasts } from '../toasts.svelte.ts';
import { INTERACTIONS } from '../entities/interactions.ts';
import { SIGNALS } from '../entities/signals.ts';
import { Actions } from './actions.svelte.ts';
import type { Change } from './change.ts';
import { editRecord } from './edit-record.ts';
import type { Fields } from './map-rows.ts';
import type { Outbox } from './outbox.ts';
import type { PendingEdit } from './pending-edits.ts';
import { pendingEditsOf, shareCovered } from './pending-edits-of.ts';
import { assign, proposeMatches, SIGNAL_ACTIONS } from './signal-actions.ts';

interface Asked {
  key: string;
  name: string;
  args: Fields;
  answer: (result: { data?: unknown; error?: unknown }) => void;
}

let asked: Asked[];
let rows: Map<string, Fields>;
let queries: QueryClient;
let toasts: Toasts;
let actions: Actions;

/** What supabase-js is asked for: calls wait to be answered by the test, reads see `rows`. */
const fakeDb = (): Db => {
  const rpc = (_: 'perform', { key, action, args }: { key: string; action: string; args: Fields }) => ({
    abortSignal: () =>
      new Promise((resolve) => {
        asked.push({
          key,
          name: action,
          args,
          answer: ({ data = null, error = null }) => resolve({ data, error }),
        });
      }),
  });
  const from = () => ({
    select: () => ({
      eq: (_: string, id: string) => ({
        maybeSingle: () => Promise.resolve({ data: rows.get(id) ?? null, error: null }),
      }),
    }),
  });
  return { rpc, from } as unknown as Db;
};

const signal = (id: string, change: Fields = {}): Fields => ({
  id,
  signal_identifier: `SIG-${id}`,
  region: 'west',
  approval_status: 'pending_review',
  is_public: false,
  updated_at: 'v1',
  ...change,
});
const NO = { error: { code: 'P0001', message: 'No', details: null, hint: null } };
const UNREACHED = { error: { message: 'TypeError: Failed to fetch', code: '' } };
const approve = (id: string): Change =>
  SIGNAL_ACTIONS.find((action) => action.id === 'approve')!.change(rows.get(id)!, {});
const shown = (id: string) =>
  queries.getQueryData<Fields[]>(['signals'])!.find((row) => row.id === id)!.approval_status;
const asks = (count: number) => vi.waitFor(() => expect(asked).toHaveLength(count));
const texts = () => toasts.shown.map(({ text }) => text);

function message(record: Fields): void {
  const envelope = { ids: [String(record.id)], records: [record] } as unknown as Envelope;
  pendingEditsOf(queries).during({ envelope }, () => queries.setQueryData(['signals'], [record]));
}

beforeEach(() => {
  asked = [];
  rows = new Map(['1', '2', '3'].map((id) => [id, signal(id)]));
  queries = new QueryClient({
    defaultOptions: { queries: { structuralSharing: shareCovered(() => queries) } },
  });
  queries.setQueryData(['signals'], [...rows.values()]);
  toasts = new Toasts();
  actions = new Actions({
    queries,
    db: fakeDb,
    me: { user_id: 'me', display_name: 'Olga', role: 'owner', regions: [] },
    toasts,
  });
});

test('approved → shown before the answer, then said with an undo that reopens it', async () => {
  const done = actions.run(approve('1'));
  expect(shown('1')).toBe('approved');
  expect(actions.pendingOf('1')).toMatchObject({ sending: true });
  await asks(1);
  asked[0]!.answer({ data: signal('1', { approval_status: 'approved', updated_at: 'v2' }) });
  await done;
  expect(actions.pendingOf('1')).toBeUndefined();
  expect(texts()).toEqual(['SIG-1 approved']);

  expect(toasts.undoLast()).toBe(true);
  await asks(2);
  expect(asked[1]).toMatchObject({ name: 'reopen_signal', args: { signal: '1' } });
  expect(shown('1')).toBe('pending_review');
  asked[1]!.answer({ data: signal('1', { updated_at: 'v3' }) });
  await vi.waitFor(() => expect(texts()).toEqual(['Undone']));
});

test('refused → as the database has it now, with the reason', async () => {
  const done = actions.run(approve('1'));
  await asks(1);
  rows.set('1', signal('1', { approval_status: 'archived', updated_at: 'v2' }));
  asked[0]!.answer({
    error: {
      code: '42501',
      message: 'This belongs to the region south',
      details: null,
      hint: 'Ask an owner.',
    },
  });
  expect((await done).ok).toBe(false);
  expect(shown('1')).toBe('archived');
  expect(toasts.shown).toMatchObject([
    { tone: 'bad', text: 'SIG-1 was not approved: This belongs to the region south. Ask an owner.' },
  ]);
});

test('refused → every cache as it was: the list, the record, and the counts, which only the database changes', async () => {
  const record = signal('1', { title: 'Floods' });
  queries.setQueryData(['signals', 'record', '1'], record);
  queries.setQueryData(['signals', 'count', {}], 3);
  const caches = () =>
    [['signals'], ['signals', 'record', '1'], ['signals', 'count', {}]].map((key) =>
      queries.getQueryData(key),
    );
  const before = structuredClone(caches());
  const done = actions.run(approve('1'));
  expect(queries.getQueryData<Fields>(['signals', 'record', '1'])!.approval_status).toBe('approved');
  expect(caches()[2]).toBe(3);
  await asks(1);
  asked[0]!.answer(NO);
  await done;
  expect(caches()).toEqual(before);
});

test('changed by somebody since → undo says so and leaves it', async () => {
  const done = actions.run(approve('1'));
  await asks(1);
  asked[0]!.answer({ data: signal('1', { approval_status: 'approved', updated_at: 'v2' }) });
  await done;
  message(signal('1', { approval_status: 'approved', updated_at: 'v2' }));
  message(signal('1', { approval_status: 'rejected', updated_at: 'v3' }));
  toasts.undoLast();
  await vi.waitFor(() => expect(texts()).toEqual(['Not undone: SIG-1 was changed since.']));
  expect(asked).toHaveLength(1);
});

test('a field that was emptied is filled by somebody since → undo says so and leaves it', async () => {
  rows.set('1', signal('1', { title: 'Floods' }));
  queries.setQueryData(['signals'], [...rows.values()]);
  const emptied = signal('1', { title: null, updated_at: 'v2' });
  await answered(
    actions.run(editRecord(SIGNALS, rows.get('1')!, { title: null }, { title: 'Floods' })),
    emptied,
  );
  message(emptied);
  message(signal('1', { title: 'Theirs', updated_at: 'v3' }));
  toasts.undoLast();
  await vi.waitFor(() => expect(texts()).toEqual(['Not undone: Floods was changed since.']));
});

test('written otherwise than asked, as a time is → not taken for somebody else’s change', async () => {
  const before = { id: 'i1', occurred_at: '2026-11-24T09:00:00+00:00', updated_at: 'v1' };
  const kept = { ...before, occurred_at: '2026-11-24T10:00:00+00:00', updated_at: 'v2' };
  queries.setQueryData(['interactions'], [before]);
  const edit = editRecord(
    INTERACTIONS,
    before,
    { occurred_at: '2026-11-24T10:00:00.000Z' },
    { occurred_at: before.occurred_at },
  );
  await answered(actions.run(edit), kept);
  toasts.undoLast();
  await asks(2);
  expect(asked[1]!.args).toMatchObject({
    changes: { occurred_at: before.occurred_at },
    base: { occurred_at: kept.occurred_at },
  });
});

test('what nothing takes back → no undo is offered', async () => {
  await answered(actions.run(proposeMatches(rows.get('1')!)), {});
  expect(texts()).toEqual(['SIG-1 matched with startups']);
  expect([toasts.shown[0]!.undo, toasts.undoLast()]).toEqual([undefined, false]);
});

test('a step of an undo is refused → said with the reason, and the steps after it are not taken', async () => {
  rows.set('1', signal('1', { approval_status: 'approved', is_public: true }));
  queries.setQueryData(['signals'], [...rows.values()]);
  const archive = SIGNAL_ACTIONS.find(({ id }) => id === 'archive')!.change(rows.get('1')!, {});
  await answered(actions.run(archive), signal('1', { approval_status: 'archived', updated_at: 'v2' }));
  toasts.undoLast();
  await asks(2);
  asked[1]!.answer(NO);
  await vi.waitFor(() => expect(texts()).toEqual(['Not undone: No.']));
  expect(asked.map(({ name }) => name)).toEqual(['archive_signal', 'approve_signal']);
});

test('an undo that does not reach the database → said as of any other change; kept where changes are kept', async () => {
  const approved = signal('1', { approval_status: 'approved', updated_at: 'v2' });
  await answered(actions.run(approve('1')), approved);
  toasts.undoLast();
  await asks(2);
  asked[1]!.answer(UNREACHED);
  await vi.waitFor(() =>
    expect(texts()).toEqual(['Not undone: The database was not reached. Try again in a moment.']),
  );

  toasts.dismiss(toasts.shown[0]!.id);
  const kept = withOutbox(() => false);
  await answered(actions.run(approve('2')), signal('2', { approval_status: 'approved', updated_at: 'v2' }));
  toasts.undoLast();
  await asks(4);
  asked[3]!.answer(UNREACHED);
  await vi.waitFor(() => expect(texts()).toEqual(['Undone. It is sent when the server can be reached.']));
  expect(kept.size).toBe(1);
});

test('two changes of one row → sent one after the other', async () => {
  const first = actions.run(approve('1'));
  const second = actions.run(
    SIGNAL_ACTIONS.find(({ id }) => id === 'archive')!.change(
      signal('1', { approval_status: 'approved' }),
      {},
    ),
  );
  await asks(1);
  expect(shown('1')).toBe('archived');
  asked[0]!.answer({ data: signal('1', { approval_status: 'approved', updated_at: 'v2' }) });
  await first;
  expect(shown('1')).toBe('archived');
  await asks(2);
  asked[1]!.answer({ data: signal('1', { approval_status: 'archived', updated_at: 'v3' }) });
  await second;
  expect(shown('1')).toBe('archived');
});

test('many → all shown at once; those refused go back alone; one message, whose undo takes back the others', async () => {
  const outcomes: boolean[] = [];
  const done = actions.runAll(['1', '2', '3'].map(approve), ({ ok }) => outcomes.push(ok));
  expect(['1', '2', '3'].map(shown)).toEqual(['approved', 'approved', 'approved']);
  await asks(3);
  for (const { args, answer } of asked) {
    const id = String(args.signal);
    if (id === '2') answer({ error: { code: 'P0001', message: 'No', details: null, hint: null } });
    else answer({ data: signal(id, { approval_status: 'approved', updated_at: 'v2' }) });
  }
  await done;
  expect(['1', '2', '3'].map(shown)).toEqual(['approved', 'pending_review', 'approved']);
  expect(outcomes.filter((ok) => !ok)).toHaveLength(1);
  expect(texts()).toEqual(['2 signals approved, 1 refused: No.']);
  toasts.undoLast();
  await asks(5);
  expect(asked.slice(3).map(({ name, args }) => [name, args.signal])).toEqual([
    ['reopen_signal', '1'],
    ['reopen_signal', '3'],
  ]);
});

/** The change that was just begun is done, and answered with this. */
async function answered(change: Promise<unknown>, data: Fields): Promise<void> {
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0));
  asked.at(-1)!.answer({ data });
  await change;
}

/** Keeps what cannot be sent, as the page's outbox does. */
function withOutbox(
  isDown: () => boolean,
  broken: Partial<Outbox> = {},
): Map<string, PendingEdit | undefined> {
  const kept = new Map<string, PendingEdit | undefined>();
  const outbox: Outbox = {
    mustKeep: isDown,
    keep: ({ key }, edit) => {
      kept.set(key, edit);
      return Promise.resolve();
    },
    discard: (key) => {
      const edit = kept.get(key);
      if (edit) pendingEditsOf(queries).revoke(edit);
      return Promise.resolve(kept.delete(key));
    },
    ...broken,
  };
  actions = new Actions({ queries, db: fakeDb, me: actions.me, toasts, outbox });
  return kept;
}

test('no network → kept and shown, nothing is asked; undone → not sent at all', async () => {
  const kept = withOutbox(() => true);
  const outcome = await actions.run(approve('1'));
  expect(outcome).toMatchObject({ ok: true, waits: [...kept.keys()][0] });
  expect([asked.length, kept.size, shown('1')]).toEqual([0, 1, 'approved']);
  expect(actions.pendingOf('1')).toMatchObject({ sending: false });
  expect(texts()).toEqual(['SIG-1 approved. It is sent when the server can be reached.']);
  toasts.undoLast();
  await vi.waitFor(() => expect(kept.size).toBe(0));
  expect([asked.length, shown('1')]).toEqual([0, 'pending_review']);
});

test('nobody knows whether it arrived → kept under the key with which it was sent', async () => {
  const kept = withOutbox(() => false);
  const done = actions.run(approve('1'));
  await asks(1);
  asked[0]!.answer({ error: { message: 'TypeError: Failed to fetch', code: '' } });
  expect(await done).toMatchObject({ ok: true, waits: asked[0]!.key });
  expect([...kept.keys()]).toEqual([asked[0]!.key]);
  expect(shown('1')).toBe('approved');
});

test('it cannot be kept → taken back, with the reason', async () => {
  withOutbox(() => true, { keep: () => Promise.reject(new Error('The disk is full')) });
  expect(await actions.run(approve('1'))).toMatchObject({ ok: false });
  expect(shown('1')).toBe('pending_review');
  expect(toasts.shown).toMatchObject([{ tone: 'bad' }]);
});

test('one of two that wait cannot be dropped → said, and the other is not sent all the same', async () => {
  const failing = new Set<string>();
  const kept = withOutbox(() => true, {
    discard: (key) =>
      failing.has(key) ? Promise.reject(new Error('The disk is full')) : Promise.resolve(kept.delete(key)),
  });
  await actions.runAll(['1', '2'].map(approve));
  failing.add([...kept.keys()][0]!);
  toasts.undoLast();
  await vi.waitFor(() => expect(texts()).toEqual([expect.stringMatching(/^1 of 2 not undone: /)]));
  expect(kept.size).toBe(1);
});

test('kept, and sent before the undo → by the step back; what has none to be had from here says so', async () => {
  withOutbox(() => asked.length === 0, { discard: () => Promise.resolve(false) });
  await actions.run(approve('1'));
  toasts.undoLast();
  await vi.waitFor(() => expect(texts()).toEqual(['Undone. It is sent when the server can be reached.']));

  for (const change of [
    assign(rows.get('2')!, { id: 's', name: 'Aquifer Labs' }),
    proposeMatches(rows.get('3')!),
  ]) {
    for (const { id } of toasts.shown) toasts.dismiss(id);
    await actions.run(change);
    toasts.undoLast();
    await vi.waitFor(() =>
      expect(texts()).toEqual(['Not undone: It was sent meanwhile. Take it back by hand.']),
    );
  }
  expect(asked).toEqual([]);
});
