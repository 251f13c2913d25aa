import { expect, test } from 'vitest';
import type { Refusal } from '../actions/refusal.ts';
import { ActionQueue, type Sent } from './action-queue.ts';
import type { QueuedAction } from './queued-action.ts';
import { editOf } from './rebase.ts';
import { FakeBrowser, FakeTab } from './testing/fake-browser.ts';
import { FakeServer } from './testing/fake-server.ts';

const unreached: Sent = {
  kind: 'unreached',
  refusal: { text: 'Not reached', code: '', field: null, conflicts: [], gone: false },
};

function start(ids = ['a', 'b'], send?: (action: QueuedAction) => Sent) {
  const browser = new FakeBrowser();
  const server = new FakeServer(ids, () => undefined);
  const tab = new FakeTab(() => Promise.resolve());
  const queue = new ActionQueue({
    store: browser.storeOf(tab),
    send: (action) => {
      if (send) return Promise.resolve(send(action));
      const came = server.perform(action);
      return Promise.resolve(
        'answer' in came ? { kind: 'done', answer: came.answer } : { kind: 'refused', refusal: came.refusal },
      );
    },
    lead: (work) => browser.lead(tab, work),
    isOnline: () => true,
    answers: () => Promise.resolve(true),
    changed: () => undefined,
    settled: () => undefined,
  });
  let next = 0;
  const add = async (id: string, name: string, args: Record<string, unknown> = {}) => {
    const key = String(++next);
    const action = { key, at: next, entity: 'signals', id, call: { name, args }, fields: {} };
    await queue.add({ ...action, title: id, past: 'saved', scope: 'region:west' });
    return key;
  };
  const edit = (id: string, title: string, base: string) =>
    add(id, 'edit_record', { changes: { title }, base: { title: base } });
  return { browser, server, queue, add, edit };
}

const states = (actions: readonly QueuedAction[]) => actions.map(({ key, state }) => [key, state]);
const conflictsOf = (refusal: Refusal | null) => refusal?.conflicts.map(({ theirs }) => theirs);

test('an edit on top of an edit → both are done, though the server kept the first one in other words', async () => {
  const { server, queue, browser, edit } = start();
  await edit('a', ' second ', 'first');
  await edit('a', 'third', ' second ');
  expect(await queue.drain()).toBe('empty');
  expect(server.rows.get('a')).toMatchObject({ title: 'third' });
  expect(browser.actions).toEqual([]);
});

test('the lower of two edits is dropped, or written anew → the upper one is no conflict', async () => {
  const { server, queue, edit } = start();
  const dropped = await edit('a', 'second', 'first');
  await edit('a', 'third', 'second');
  expect(await queue.discard(dropped)).toBe(true);
  const rewritten = await edit('b', 'second', 'first');
  await edit('b', 'third', 'second');
  expect(
    await queue.edit(
      rewritten,
      { changes: { title: 'other' }, base: { title: 'first' } },
      { title: 'other' },
    ),
  ).toBe(true);
  await queue.drain();
  expect(server.rows.get('a')).toMatchObject({ title: 'third' });
  expect(server.rows.get('b')).toMatchObject({ title: 'third' });
});

test('a refused one → put aside with the reason, and the rest goes on, of its own row too', async () => {
  const { server, queue, browser, add } = start();
  const bad = await add('a', 'poison');
  await add('a', 'count');
  await add('b', 'count');
  expect(await queue.drain()).toBe('empty');
  expect(states(browser.actions)).toEqual([[bad, 'parked']]);
  expect(browser.actions[0]!.refusal!.text).toBe('It makes no sense.');
  expect([server.rows.get('a')!.count, server.rows.get('b')!.count]).toEqual([1, 1]);
});

test('a conflict → both values; mine → written over theirs; theirs → nothing is left to send', async () => {
  const { server, queue, browser, edit } = start();
  const mine = await edit('a', 'mine', 'first');
  const theirs = await edit('b', 'mine', 'first');
  for (const id of ['a', 'b']) server.change(id, 'theirs');
  await queue.drain();
  expect(browser.actions.map(({ refusal }) => conflictsOf(refusal))).toEqual([['theirs'], ['theirs']]);
  await queue.decide(mine, 'title', 'mine');
  await queue.decide(theirs, 'title', 'theirs');
  await queue.drain();
  expect(browser.actions).toEqual([]);
  expect(server.rows.get('a')).toMatchObject({ title: 'mine' });
  expect(server.rows.get('b')).toMatchObject({ title: 'theirs' });
});

test('a conflict in one of two fields, theirs kept → the other field still goes', async () => {
  const conflict = { field: 'title', yours: 'mine', theirs: 'theirs', base: 'first' };
  const sent: QueuedAction[] = [];
  const { queue, add } = start(['a'], (action) => {
    sent.push(action);
    return sent.length > 1
      ? { kind: 'done', answer: {} }
      : { kind: 'refused', refusal: { ...unreached.refusal, code: 'PT409', conflicts: [conflict] } };
  });
  const key = await add('a', 'edit_record', {
    changes: { title: 'mine', urgency: 'high' },
    base: { title: 'first', urgency: 'low' },
  });
  await queue.drain();
  await queue.decide(key, 'title', 'theirs');
  await queue.drain();
  expect(editOf(sent[1]!)!.changes).toEqual({ urgency: 'high' });
});

test('sent without an answer → neither dropped nor written anew: it may have been done', async () => {
  const { queue, browser, add } = start(['a'], () => unreached);
  const key = await add('a', 'count');
  expect(await queue.drain()).toBe('unreached');
  expect(await queue.discard(key)).toBe(false);
  expect(await queue.edit(key, {}, {})).toBe(false);
  expect(states(browser.actions)).toEqual([[key, 'waiting']]);
});

test('no session → everything stays as it is', async () => {
  const { queue, browser, add } = start(['a'], () => ({ kind: 'signed_out' }));
  const key = await add('a', 'count');
  expect(await queue.drain()).toBe('signed_out');
  expect(browser.actions).toMatchObject([{ key, state: 'waiting', attempts: 0 }]);
});
