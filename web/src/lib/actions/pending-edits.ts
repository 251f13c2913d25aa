import { notifyManager, type QueryClient } from '@tanstack/svelte-query';
import { SvelteMap } from 'svelte/reactivity';
import type { LiveChange } from '../realtime/live-change.ts';
import { rewriteRows, visitRows } from './cached-rows.ts';
import { type Fields, mapRows } from './map-rows.ts';

/** What a row waits for: shown as a mark until the database has answered. */
export interface Pending {
  fields: ReadonlySet<string>;
  /** False while there is no network: the change is kept, and goes out when there is one. */
  sending: boolean;
}

export interface PendingEdit {
  /** First part of the keys of its queries. */
  entity: string;
  id: string;
  fields: Fields;
  sending: boolean;
  /** The row's version (updated_at) when the edit began. */
  version: unknown;
  /** Versions that came by message since, and the last of them. */
  seen: Set<unknown>;
  truth: Fields | null;
  /** Written, and waiting for its message; null before. */
  answer: Fields | null;
  patience?: ReturnType<typeof setTimeout>;
}

/** So long after its answer a change has come by message, if the page is live. */
const MESSAGE_MS = 4000;

/**
 * Edits on their way to the database. Whatever enters a cache meanwhile is shown with them on top, so
 * that a row neither flickers back nor flashes twice. What the caches would hold without them is kept:
 * for the edit that is refused, and for messages, which find the caches as if nothing had been edited.
 * The message of an edit therefore decides, as any other does, where in which lists its row stands now.
 */
export class PendingEdits {
  #queries: QueryClient;
  #edits = new Map<string, PendingEdit[]>();
  /** Values under the edits, by row. */
  #below = new Map<string, Fields>();
  /** Rows that are shown to a message without their edits. */
  #bare: ReadonlySet<unknown> = new Set();
  #marks = new SvelteMap<string, Pending>();

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  /** What a row waits for; undefined when nothing. For a mark on the row or the cell. */
  of(id: string): Pending | undefined {
    return this.#marks.get(id);
  }

  /** True where the reader's own value is shown: that it comes true is no news. */
  covers(id: string, field: string): boolean {
    return this.#edits.get(id)?.some(({ fields }) => field in fields) ?? false;
  }

  /** Shows rows with these values from now on, in every cache. What it returns, `answered` and `revoke` take. */
  begin(rows: readonly Pick<PendingEdit, 'entity' | 'id' | 'fields'>[]): PendingEdit[] {
    const versions = new Map<unknown, unknown>(rows.map(({ id }) => [id, undefined]));
    visitRows(this.#queries, (row) => {
      if (row.updated_at !== undefined && versions.has(row.id)) versions.set(row.id, row.updated_at);
    });
    const begun = rows.map(({ entity, id, fields }) => {
      const version = versions.get(id);
      const edit: PendingEdit = {
        entity,
        id,
        fields,
        version,
        sending: true,
        seen: new Set(),
        truth: null,
        answer: null,
      };
      this.#edits.set(id, [...(this.#edits.get(id) ?? []), edit]);
      this.#mark(id);
      return edit;
    });
    rewriteRows(this.#queries, (row) => this.#covered(row));
    return begun;
  }

  setSending(edit: PendingEdit, sending: boolean): void {
    edit.sending = sending;
    this.#mark(edit.id);
  }

  /**
   * The database has written it. Its message may have come already, or comes in a moment; where none
   * comes, because the page is not live, the lists are asked for again.
   * @param answer the row as it was then; empty if the call does not answer with one
   */
  answered(edit: PendingEdit, answer: Fields = {}): void {
    edit.answer = answer;
    edit.fields = { ...edit.fields, ...pick(answer, edit.fields) };
    const changedNothing = 'updated_at' in answer && answer.updated_at === edit.version;
    if (changedNothing && !edit.truth) this.#keep(edit.id, pick(answer, edit.fields));
    if (changedNothing || this.#isTold(edit)) return this.revoke(edit);
    this.#mark(edit.id);
    rewriteRows(this.#queries, (row) => (row.id === edit.id ? { ...row, ...pick(edit.fields, row) } : row));
    edit.patience = setTimeout(() => {
      this.#keep(edit.id, edit.fields);
      this.revoke(edit);
      void this.#queries.invalidateQueries({ queryKey: [edit.entity] });
    }, MESSAGE_MS);
  }

  /** Takes the edit off: the row is what it is without. */
  revoke(edit: PendingEdit): void {
    clearTimeout(edit.patience);
    const below = pick(this.#below.get(edit.id) ?? {}, edit.fields);
    this.#forget(edit);
    rewriteRows(this.#queries, (row) =>
      row.id === edit.id ? this.#covered({ ...row, ...pick(below, row) }) : row,
    );
  }

  /** What enters a cache, with the edits on top. */
  cover<T>(data: T): T {
    return this.#edits.size ? mapRows(data, (row) => this.#covered(row)) : data;
  }

  /** Data of a cache as they are without the edits: what is kept for another day. */
  uncover<T>(data: T): T {
    if (!this.#edits.size) return data;
    return mapRows(data, (row) => {
      const below = this.#edits.has(String(row.id)) && this.#below.get(String(row.id));
      return below ? { ...row, ...pick(below, row) } : row;
    });
  }

  /** Applies a message to the caches as they are without the edits of its rows; nothing of it is seen. */
  during({ envelope }: Pick<LiveChange, 'envelope'>, apply: () => void): void {
    const ids = new Set<unknown>(envelope.ids.filter((id) => this.#edits.has(id)));
    if (!ids.size) return apply();
    notifyManager.batch(() => {
      this.#bare = ids;
      rewriteRows(this.#queries, (row) =>
        ids.has(row.id) ? { ...row, ...pick(this.#below.get(String(row.id)) ?? {}, row) } : row,
      );
      try {
        apply();
      } finally {
        this.#bare = new Set();
        for (const record of envelope.records ?? []) this.#learn(record);
        rewriteRows(this.#queries, (row) => (ids.has(row.id) ? this.#covered(row) : row));
      }
    });
  }

  /** A row as the database has just answered it, into every cache. */
  take(record: Fields): void {
    this.#learn(record);
    rewriteRows(this.#queries, (row) =>
      row.id === record.id ? this.#covered({ ...row, ...pick(record, row) }) : row,
    );
  }

  /** Takes note of what the row is below its edits; an edit whose message this is has done its part. */
  #learn(record: Fields): void {
    const id = String(record.id);
    for (const edit of this.#edits.get(id) ?? []) {
      edit.seen.add(record.updated_at);
      edit.truth = record;
      this.#keep(id, pick(record, edit.fields));
      if (!edit.answer || !this.#isTold(edit)) continue;
      clearTimeout(edit.patience);
      this.#forget(edit);
    }
  }

  #isTold({ answer, seen, truth, fields }: PendingEdit): boolean {
    if (answer?.updated_at !== undefined) return seen.has(answer.updated_at);
    return (
      truth !== null && Object.entries(pick(fields, truth)).every(([key, value]) => same(truth[key], value))
    );
  }

  #covered(row: Fields): Fields {
    const edits = this.#edits.get(String(row.id));
    if (!edits || this.#bare.has(row.id)) return row;
    const edited = Object.assign({}, ...edits.map(({ fields }) => fields)) as Fields;
    const shown = pick(edited, row);
    // A value that an edit put there says nothing of what is below.
    const below = Object.keys(shown).filter((key) => !same(row[key], shown[key]));
    this.#keep(String(row.id), Object.fromEntries(below.map((key) => [key, row[key]])));
    return { ...row, ...shown };
  }

  #keep(id: string, values: Fields): void {
    this.#below.set(id, { ...this.#below.get(id), ...values });
  }

  #forget(edit: PendingEdit): void {
    const others = this.#edits.get(edit.id)?.filter((other) => other !== edit) ?? [];
    if (others.length) this.#edits.set(edit.id, others);
    else for (const rows of [this.#edits, this.#below]) rows.delete(edit.id);
    this.#mark(edit.id);
  }

  #mark(id: string): void {
    const edits = this.#edits.get(id)?.filter(({ answer }) => !answer) ?? [];
    if (!edits.length) return void this.#marks.delete(id);
    const fields = new Set(edits.flatMap((edit) => Object.keys(edit.fields)));
    this.#marks.set(id, { fields, sending: edits.every(({ sending }) => sending) });
  }
}

/** The values of those fields that `like` has too. */
const pick = (fields: Fields, like: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key in like));

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
