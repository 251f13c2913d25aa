import { beforeEach, expect, test } from 'vitest';
import type { EntityRow } from '../entities/entity.ts';
import { PAGE_SIZE } from './list.ts';
import { LISTS } from './lists.ts';
import { ListState } from './list-state.svelte.ts';
import { plainView } from './view.ts';

let list: ListState;
let opened: string[];
let open: string | undefined;
let revealed: number[];

const row = (n: number): EntityRow => ({
  id: `r${n}`,
  created_at: '',
  updated_at: '',
  airtable_edited_at: null,
  received_at: null,
});
const page = (index: number, size = PAGE_SIZE) =>
  Array.from({ length: size }, (_, n) => row(index * PAGE_SIZE + n));

beforeEach(() => {
  opened = [];
  revealed = [];
  open = undefined;
  list = new ListState(LISTS.signals, {
    view: () => plainView(LISTS.signals),
    columns: () => [],
    address: () => '/signals',
    recordAddress: () => '/signals/1',
    show: () => undefined,
    open: (id) => opened.push(id),
    reveal: (index) => revealed.push(index),
    openId: () => open,
  });
  list.total = 250;
  list.place(0, page(0));
  list.place(1, page(1));
});

test('the cursor moves by rows, across pages, and not beyond the ends', () => {
  list.move(1);
  expect(list.cursor).toBe('r0');
  list.move(-1);
  expect(list.cursor).toBe('r0');
  list.moveTo(99);
  list.move(1);
  expect(list.cursor).toBe('r100');
  list.moveTo(10_000);
  expect(revealed.at(-1)).toBe(249);
});

test('the row at the cursor moved to another place → the cursor goes on from there', () => {
  list.moveTo(5);
  list.place(0, [row(5), ...page(0).filter(({ id }) => id !== 'r5')]);
  list.move(1);
  expect(list.cursor).toBe('r0');
});

test('a range → everything between, whichever end came first', () => {
  list.toggle('r7');
  list.selectTo('r4');
  expect([...list.selected].sort()).toEqual(['r4', 'r5', 'r6', 'r7']);
  list.clearSelection();
  list.toggle('r98');
  list.selectTo('r101');
  expect(list.selected.size).toBe(4);
});

test('Shift and the arrows → from where the cursor was', () => {
  list.moveTo(3);
  list.move(1, true);
  list.move(1, true);
  expect([...list.selected].sort()).toEqual(['r3', 'r4', 'r5']);
});

test('what an action means → the chosen rows, or else the one at the cursor', () => {
  expect(list.targets).toEqual([]);
  list.moveTo(2);
  expect(list.targets).toEqual(['r2']);
  list.toggle('r8');
  expect(list.targets).toEqual(['r8']);
});

test('a record is open beside the list → it follows the cursor', () => {
  list.moveTo(1);
  expect(opened).toEqual([]);
  open = 'r1';
  list.move(1);
  expect(opened).toEqual(['r2']);
});

test('a page that left the screen → its rows are not known any more, the chosen ones stay chosen', () => {
  const leave = list.place(1, page(1));
  list.toggle('r150');
  leave();
  expect(list.row('r150')).toBeUndefined();
  expect(list.targets).toEqual(['r150']);
});
