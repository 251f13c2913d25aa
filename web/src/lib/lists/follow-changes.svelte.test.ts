import { beforeEach, expect, test } from 'vitest';
import { change, record, row, viewOf } from '../queries/testing/signal-records.ts';
import { ChangeListeners } from '../realtime/change-listeners.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import type { LiveState } from '../realtime/live.svelte.ts';
import { followChanges } from './follow-changes.ts';
import { LISTS } from './lists.ts';
import { ListState } from './list-state.svelte.ts';

let search: string;
let list: ListState;
let listeners: ChangeListeners;
let stop: () => void;

const tell = (...changes: LiveChange[]) => changes.forEach((one) => listeners.tell(one));
const created = (...numbers: number[]) =>
  change(
    'signal:created',
    numbers.map((n) => record(n)),
  );
const { id } = record(1);

beforeEach(() => {
  search = '';
  list = new ListState(LISTS.signals, {
    view: () => viewOf(search),
    columns: () => [],
    address: () => '/signals',
    recordAddress: () => '/signals/1',
    show: () => undefined,
    open: () => undefined,
    reveal: () => undefined,
    openId: () => undefined,
  });
  listeners = new ChangeListeners();
  stop = followChanges(list, { on: listeners.add.bind(listeners) } as unknown as LiveState);
  list.reader.scrolled = true;
});

test('six rows come while the reader has scrolled, some told twice → “6 new”', () => {
  tell(created(1, 2, 3), created(3), created(4, 5), created(6), created(6));
  expect(list.reader.news).toBe('6 new');
});

test('a row that waits is removed, or edited out of the filter → is not counted; edited within it → is', () => {
  search = 'urgency=low';
  tell(created(1, 2, 3), change('signal:created', [record(4, { urgency: 'high' })]));
  expect(list.reader.news).toBe('3 new');
  tell(change('signal:updated', [record(1, { title: 'Other words' })]));
  expect(list.reader.news).toBe('3 new');
  tell(change('signal:updated', [record(1, { urgency: 'high' }), record(9, { urgency: 'high' })]));
  expect(list.reader.news).toBe('2 new');
  tell(change('signal:removed', [record(2)]), change('signal:removed', [record(3)]));
  expect(list.reader.news).toBeNull();
});

test('too many for one message → all of them, unless only the database knows which of them match', () => {
  const told = created(1, 2);
  const truncated = { ...told, envelope: { ...told.envelope, records: undefined, truncated: true } };
  search = 'urgency=low';
  tell(truncated);
  expect(list.reader.news).toBeNull();
  search = '';
  tell(truncated);
  expect(list.reader.news).toBe('2 new');
});

test.each([
  ['scrolled', () => (list.reader.scrolled = true)],
  ['pointing at a row', () => (list.reader.pointing = true)],
  ['at a row with the keyboard', () => (list.reader.focused = true)],
  ['with rows chosen', () => void list.selected.add(id)],
])('%s → what comes waits; before that nothing did, and once they leave nothing does', (_, begin) => {
  list.reader.scrolled = false;
  tell(created(1));
  begin();
  expect(list.reader.news).toBeNull();
  tell(created(2));
  expect(list.reader.news).toBe('1 new');
  Object.assign(list.reader, { scrolled: false, pointing: false, focused: false });
  list.clearSelection();
  list.reader.settle();
  list.reader.scrolled = true;
  expect(list.reader.news).toBeNull();
});

test('other rows in another order → “Show changes”, until asked for', async () => {
  list.reader.waiting.add(0);
  expect(list.reader.news).toBe('Show changes');
  tell(created(1));
  expect(list.reader.news).toBe('1 new');
  await list.reader.release(() => {
    expect([list.reader.busy, list.reader.news]).toEqual([false, null]);
    list.reader.waiting.delete(0);
    return Promise.resolve();
  });
  expect([list.reader.busy, list.reader.news]).toEqual([true, null]);
});

test('a chosen row is removed → no longer chosen: an action must not mean what is not there', () => {
  list.place(0, [row(record(1)), row(record(2))]);
  list.select([record(1).id, record(2).id]);
  tell(change('signal:removed', [record(1)]));
  expect(list.targets).toEqual([record(2).id]);
});

test('the list is left → hears nothing more', () => {
  stop();
  tell(created(1));
  expect(list.reader.news).toBeNull();
});
