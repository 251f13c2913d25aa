import type { Fields } from '../../actions/map-rows.ts';
import type { Refusal } from '../../actions/refusal.ts';
import type { QueuedAction } from '../queued-action.ts';
import { editOf } from '../rebase.ts';

const refusal = (code: string, text: string, conflicts: Refusal['conflicts'] = []): Refusal => ({
  code,
  text,
  conflicts,
  field: null,
  gone: false,
});

/** What `perform` does, on rows of a title and a count: once for each key, and a refusal leaves nothing. */
export class FakeServer {
  readonly rows = new Map<string, Fields>();
  /** Keys in the order in which they were done. */
  readonly done: string[] = [];
  #answers = new Map<string, Fields>();
  #version = 0;
  #told: (row: Fields) => void;

  constructor(ids: readonly string[], told: (row: Fields) => void) {
    for (const id of ids) this.rows.set(id, { id, title: 'first', count: 0, updated_at: 'v0' });
    this.#told = told;
  }

  perform({ key, id, call }: QueuedAction): { answer: Fields } | { refusal: Refusal } {
    const known = this.#answers.get(key);
    if (known) return { answer: known };
    const row = this.rows.get(id)!;
    if (call.name === 'poison') return { refusal: refusal('P0001', 'It makes no sense.') };
    const edit = editOf({ call });
    if (edit && edit.base.title !== row.title && edit.changes.title !== row.title) {
      const conflict = {
        field: 'title',
        yours: edit.changes.title,
        theirs: row.title,
        base: edit.base.title,
      };
      return { refusal: refusal('PT409', 'Somebody else changed it.', [conflict]) };
    }
    // As the database keeps a text: without the space around it.
    const title = edit ? String(edit.changes.title).trim() : row.title;
    const answer = this.#write(id, { title, count: Number(row.count) + (edit ? 0 : 1) });
    this.done.push(key);
    this.#answers.set(key, answer);
    return { answer };
  }

  /** Somebody else changes the row. */
  change(id: string, title: string): void {
    this.#write(id, { title });
  }

  #write(id: string, fields: Fields): Fields {
    const row = { ...this.rows.get(id)!, ...fields, updated_at: `v${++this.#version}` };
    this.rows.set(id, row);
    this.#told(row);
    return row;
  }
}
