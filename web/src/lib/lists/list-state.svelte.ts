import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { ResolvedPathname } from '$app/types';
import type { EntityRow, Field } from '../entities/entity.ts';
import { type List, PAGE_SIZE, type View } from './list.ts';
import { Reader } from './reader.svelte.ts';

/** What a list asks of the page that it is on. */
export interface ListHost {
  /** What the URL says that the list shows. */
  view: () => View;
  /** The columns that the reader sees. */
  columns: () => readonly Field[];
  /** The address of another view, with the record that is open. */
  address: (view: View) => ResolvedPathname;
  /** The address of a record beside this view. */
  recordAddress: (id: string) => ResolvedPathname;
  /** Goes to another view; `typing` replaces the one before in the history. */
  show: (view: View, typing?: boolean) => void;
  /** Opens a record beside the list. */
  open: (id: string) => void;
  /** Brings the row into sight, and the keyboard's focus to it. */
  reveal: (index: number) => void;
  /** The record that is open beside the list, if any. */
  openId: () => string | undefined;
}

/** A list as its reader uses it: where the keyboard stands, and what is chosen. */
export class ListState {
  readonly list: List;
  /** Row at the keyboard's cursor; null before the first use. */
  cursor = $state.raw<string | null>(null);
  /** Ids of the chosen rows, in the order of choosing; also of rows that are out of sight. */
  readonly selected = new SvelteSet<string>();
  readonly reader = new Reader(() => this.selected.size > 0);
  /** Rows of the view; undefined until known. */
  total = $state.raw<number | undefined>();
  /** Read by what the reader does, never drawn: not reactive. */
  #pages: (readonly EntityRow[] | undefined)[] = [];
  #index = -1;
  #anchor: string | null = null;
  readonly host: ListHost;

  constructor(list: List, host: ListHost) {
    this.list = list;
    this.host = host;
  }

  get view(): View {
    return this.host.view();
  }

  get columns(): readonly Field[] {
    return this.host.columns();
  }

  /** The ids that an action means: the chosen rows, or else the one at the cursor. */
  get targets(): string[] {
    if (this.selected.size) return [...this.selected];
    return this.cursor === null ? [] : [this.cursor];
  }

  /** A page of rows is on screen. Returns what to do when it leaves. */
  place(page: number, rows: readonly EntityRow[]): () => void {
    this.#pages[page] = rows;
    return () => {
      if (this.#pages[page] === rows) this.#pages[page] = undefined;
    };
  }

  /** The row with this id, while it is on screen or near. */
  row(id: string): EntityRow | undefined {
    return this.rowAt(this.indexOf(id));
  }

  /** Rows on screen or near, from the top. */
  placedIds(): string[] {
    return this.#pages.flatMap((rows) => rows?.map(({ id }) => id) ?? []);
  }

  rowAt(index: number): EntityRow | undefined {
    return this.#pages[Math.floor(index / PAGE_SIZE)]?.[index % PAGE_SIZE];
  }

  /** Its place in the view, from 0; -1 when it is not on screen or near. */
  indexOf(id: string): number {
    for (const [page, rows] of this.#pages.entries()) {
      const index = rows?.findIndex((row) => row.id === id) ?? -1;
      if (index >= 0) return page * PAGE_SIZE + index;
    }
    return -1;
  }

  /** Moves the cursor by so many rows; `extend` chooses what it passes. */
  move(by: number, extend = false): void {
    const from = this.cursor === null ? -1 : this.indexOf(this.cursor);
    const start = from >= 0 ? from : this.#index;
    this.moveTo(start < 0 ? 0 : start + by, extend);
  }

  moveTo(index: number, extend = false): void {
    const last = (this.total ?? Number.POSITIVE_INFINITY) - 1;
    const target = Math.max(0, Math.min(index, last));
    const before = this.cursor;
    this.#index = target;
    const row = this.rowAt(target);
    this.host.reveal(target);
    if (!row) return;
    this.cursor = row.id;
    if (extend) {
      this.#anchor ??= before;
      this.selectTo(row.id);
    }
    if (this.host.openId() !== undefined) this.host.open(row.id);
  }

  /** Puts the cursor on a row without moving the focus or the page. */
  point(id: string): void {
    this.cursor = id;
    this.#index = this.indexOf(id);
  }

  toggle(id: string): void {
    if (!this.selected.delete(id)) this.selected.add(id);
    this.#anchor = id;
    this.point(id);
  }

  /** Chooses everything between the row chosen last and this one. */
  selectTo(id: string): void {
    const to = this.indexOf(id);
    const from = this.#anchor === null ? to : this.indexOf(this.#anchor);
    if (to < 0 || from < 0) return void this.selected.add(id);
    for (let index = Math.min(from, to); index <= Math.max(from, to); index++) {
      const row = this.rowAt(index);
      if (row) this.selected.add(row.id);
    }
  }

  /** Chooses these rows and no others. */
  select(ids: Iterable<string>): void {
    this.selected.clear();
    for (const id of ids) this.selected.add(id);
  }

  clearSelection(): void {
    this.selected.clear();
    this.#anchor = null;
  }

  /** Opens the row at the cursor beside the list. */
  open(id = this.cursor): void {
    if (id !== null) this.host.open(id);
  }
}

export const [useList, setList] = createContext<ListState>();
