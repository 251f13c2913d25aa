import { notifyManager, type QueryClient, replaceEqualDeep } from '@tanstack/svelte-query';
import { SvelteMap } from 'svelte/reactivity';
import type { LiveChange } from '../realtime/live-change.ts';
import { type Fields, mapRows } from './map-rows.ts';

/** What a row waits for: shown as a mark until the database has answered. */
export interface Pending {
  fields: ReadonlySet<string>;
  /** False while there is no network: the change is kept, and goes out when there is one. */
  sending: boolean;
}

export interface PendingEdit {
  id: string;
  fields: Fields;
  sending: boolean;
  /** The row's version (updated_at) when the edit began. */
  version: unknown;
  /** Versions that came by message since, and the values of the last one. */
  seen: Set<unknown>;
  truth: Fields;
}

/**
 * Edits on their way to the database. Whatever enters a cache meanwhile, by message or by request, is
 * shown with them on top, so that a row neither flickers back nor flashes twice. What the caches would
 * hold without them is kept, for the edit that is refused.
 */
export class PendingEdits {
  #queries: QueryClient;
  #edits = new Map<string, PendingEdit[]>();
  /** Values under the edits, by row. */
  #below = new Map<string, Fields>();
  #marks = new SvelteMap<string, Pending>();

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  /** What a row waits for; undefined when nothing. For a mark on the row or the cell. */
  of(id: string): Pending | undefined {
    return this.#marks.get(id);
  }

  /** Shows rows with these values from now on, in every cache. What it returns, `confirm` and `revoke` take. */
  begin(rows: readonly { id: string; fields: Fields }[]): PendingEdit[] {
    const versions = new Map<unknown, unknown>(rows.map(({ id }) => [id, undefined]));
    this.#visit((row) => {
      if (row.updated_at !== undefined && versions.has(row.id)) versions.set(row.id, row.updated_at);
    });
    const begun = rows.map(({ id, fields }) => {
      const version = versions.get(id);
      const edit: PendingEdit = { id, fields, sending: true, version, seen: new Set(), truth: {} };
      this.#edits.set(id, [...(this.#edits.get(id) ?? []), edit]);
      this.#mark(id);
      return edit;
    });
    this.#rewrite((row) => this.#covered(row));
    return begun;
  }

  setSending(edit: PendingEdit, sending: boolean): void {
    edit.sending = sending;
    this.#mark(edit.id);
  }

  /** The database has written it. `answer`: the row as it was then, if the call answers with one. */
  confirm(edit: PendingEdit, answer: Fields = {}): void {
    // The message of this very change came first: what the caches hold is at least as new as the answer.
    const late =
      edit.seen.has(answer.updated_at) || (edit.seen.size > 0 && answer.updated_at === edit.version);
    const written = late
      ? { ...edit.fields, ...pick(edit.truth, edit.fields) }
      : { ...edit.fields, ...answer };
    this.#below.set(edit.id, { ...this.#below.get(edit.id), ...written });
    this.#drop(edit, Object.keys(written));
  }

  /** The database refused it: the row is again what it would be without. */
  revoke(edit: PendingEdit): void {
    this.#drop(edit, Object.keys(edit.fields));
  }

  /** What enters a cache, with the edits on top. */
  cover<T>(data: T): T {
    return this.#edits.size ? mapRows(data, (row) => this.#covered(row)) : data;
  }

  /** A message with the edits on top of its rows; the rows themselves are the truth below. */
  coverChange(change: LiveChange): LiveChange {
    const { envelope } = change;
    if (!this.#edits.size || !envelope.records) return change;
    for (const row of envelope.records) {
      for (const edit of this.#edits.get(String(row.id)) ?? []) {
        edit.seen.add(row.updated_at);
        edit.truth = row;
        this.#keep(edit.id, pick(row, edit.fields));
      }
    }
    return { ...change, envelope: { ...envelope, records: this.cover(envelope.records) } };
  }

  /** A row as a cache has it; of several, the one with the most fields. */
  find(id: string): Fields | undefined {
    let found: Fields | undefined;
    this.#visit((row) => {
      if (row.id === id && Object.keys(row).length > Object.keys(found ?? {}).length) found = row;
    });
    return found;
  }

  #covered(row: Fields): Fields {
    const edits = this.#edits.get(String(row.id));
    if (!edits) return row;
    const edited = Object.assign({}, ...edits.map(({ fields }) => fields)) as Fields;
    const shown = pick(edited, row);
    // A value that an edit put there says nothing of what is below.
    this.#keep(
      String(row.id),
      Object.fromEntries(
        Object.keys(shown).flatMap((key) => (same(row[key], shown[key]) ? [] : [[key, row[key]]])),
      ),
    );
    return { ...row, ...shown };
  }

  #keep(id: string, values: Fields): void {
    this.#below.set(id, { ...this.#below.get(id), ...values });
  }

  #drop(edit: PendingEdit, keys: readonly string[]): void {
    const others = this.#edits.get(edit.id)?.filter((other) => other !== edit) ?? [];
    if (others.length) this.#edits.set(edit.id, others);
    else this.#edits.delete(edit.id);
    this.#mark(edit.id);
    const below = pick(this.#below.get(edit.id) ?? {}, Object.fromEntries(keys.map((key) => [key, true])));
    this.#rewrite((row) => (row.id === edit.id ? this.#covered({ ...row, ...pick(below, row) }) : row));
    if (!others.length) this.#below.delete(edit.id);
  }

  #mark(id: string): void {
    const edits = this.#edits.get(id);
    if (!edits) return void this.#marks.delete(id);
    const fields = new Set(edits.flatMap((edit) => Object.keys(edit.fields)));
    this.#marks.set(id, { fields, sending: edits.every(({ sending }) => sending) });
  }

  #visit(look: (row: Fields) => void): void {
    for (const { state } of this.#queries.getQueryCache().getAll()) {
      mapRows(state.data, (row) => {
        look(row);
        return row;
      });
    }
  }

  #rewrite(change: (row: Fields) => Fields): void {
    notifyManager.batch(() => {
      for (const query of this.#queries.getQueryCache().getAll()) {
        const { data, dataUpdatedAt, isInvalidated } = query.state;
        const changed = mapRows(data, change);
        if (changed === data) continue;
        // Not a fetch: the data are no fresher than they were.
        query.setData(changed, { updatedAt: dataUpdatedAt, manual: true });
        if (isInvalidated) query.invalidate();
      }
    });
  }
}

/** The values of those fields that `like` has too. */
const pick = (fields: Fields, like: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key in like));

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const all = new WeakMap<QueryClient, PendingEdits>();

/** The edits on their way from the page of this client. */
export function pendingEditsOf(client: QueryClient): PendingEdits {
  let pending = all.get(client);
  if (!pending) all.set(client, (pending = new PendingEdits(client)));
  return pending;
}

/** For `structuralSharing`: what enters a cache is covered, and keeps the objects that did not change. */
export const shareCovered =
  (client: () => QueryClient) =>
  (before: unknown, after: unknown): unknown =>
    replaceEqualDeep<unknown>(before, pendingEditsOf(client()).cover(after));
