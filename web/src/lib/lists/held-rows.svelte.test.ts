import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EntityRow } from '../entities/entity.ts';
import { HeldRows } from './held-rows.svelte.ts';

const row = (id: string): EntityRow => ({
  id,
  created_at: '',
  updated_at: '',
  airtable_edited_at: null,
  received_at: null,
});

class Stage {
  rows = $state.raw<EntityRow[] | undefined>();
  busy = $state(false);
  view = $state('');
  held = new HeldRows({
    rows: () => this.rows,
    busy: () => this.busy,
    view: () => this.view,
    isFirstPage: () => true,
  });
  /** What was drawn last; "-a" for a row that fades. */
  drawn = '';
  waiting = false;

  show(...ids: string[]): void {
    this.rows = ids.map(row);
    flushSync();
  }
}

let stage: Stage;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  stage = new Stage();
  stop = $effect.root(() => {
    $effect(() => {
      const { shown, waiting } = stage.held;
      stage.drawn = shown?.map(({ row: { id }, gone }) => (gone ? `-${id}` : id)).join(' ') ?? 'nothing';
      stage.waiting = waiting;
    });
  });
  flushSync();
});

afterEach(() => {
  stop();
  stage.held.destroy();
  vi.useRealTimers();
});

test('nobody at the rows → what comes is shown at once', () => {
  stage.show('a', 'b');
  stage.show('n', 'a', 'b');
  expect(stage.drawn).toBe('n a b');
  expect(stage.waiting).toBe(false);
});

test('a row goes → it is seen to go, then it is gone', () => {
  stage.show('a', 'b', 'c');
  stage.show('a', 'c');
  expect(stage.drawn).toBe('a -b c');
  vi.runAllTimers();
  flushSync();
  expect(stage.drawn).toBe('a c');
});

test('a row goes, and the next page’s first moves up → it is seen to go all the same', () => {
  stage.show('a', 'b', 'c');
  stage.show('a', 'c', 'd');
  expect(stage.drawn).toBe('a -b c');
  vi.runAllTimers();
  flushSync();
  expect(stage.drawn).toBe('a c d');
});

test('the reader is at the rows → nothing moves, and it comes in when they leave', () => {
  stage.show('a', 'b');
  stage.busy = true;
  stage.show('n', 'b');
  expect(stage.drawn).toBe('-a b');
  expect(stage.waiting).toBe(true);
  stage.busy = false;
  flushSync();
  expect(stage.drawn).toBe('n b');
  expect(stage.waiting).toBe(false);
});

test('another view → its rows, whatever stood there', () => {
  stage.show('a', 'b');
  stage.busy = true;
  stage.view = '?urgency=high';
  stage.show('c');
  expect(stage.drawn).toBe('c');
});

test('caches emptied while the reader is at the rows, as when a region is taken away → nothing of before comes back', () => {
  stage.show('a', 'b');
  stage.busy = true;
  flushSync();
  stage.rows = undefined;
  flushSync();
  expect(stage.drawn).toBe('nothing');
  stage.show('b');
  expect(stage.drawn).toBe('b');
});
