import type { PendingEdit, PendingEdits } from '../actions/pending-edits.ts';
import type { QueuedAction, Settled } from './queued-action.ts';

interface Shown {
  edit: PendingEdit;
  fields: string;
}

/** Shows in this tab's caches what waits, whichever tab it was made in. */
export class QueueMirror {
  #pending: PendingEdits;
  #shown = new Map<string, Shown>();

  constructor(pending: PendingEdits) {
    this.#pending = pending;
  }

  /** The edit is on the screen already: it was made here. */
  adopt({ key, fields }: Pick<QueuedAction, 'key' | 'fields'>, edit: PendingEdit): void {
    this.#shown.set(key, { edit, fields: JSON.stringify(fields) });
  }

  /** The list as it is now. */
  show(actions: readonly QueuedAction[]): void {
    const waiting = new Map(
      actions.filter(({ state }) => state !== 'parked').map((action) => [action.key, action]),
    );
    const listed = new Set(actions.map(({ key }) => key));
    for (const [key, { edit, fields }] of [...this.#shown]) {
      const action = waiting.get(key);
      if (action && JSON.stringify(action.fields) === fields) continue;
      this.#shown.delete(key);
      // Gone without a word: sent by a tab that was closed, or dropped. What came of it comes with the rows.
      if (!listed.has(key)) this.#pending.answered(edit);
      else this.#pending.revoke(edit);
    }
    for (const action of waiting.values()) {
      const { key, entity, id, fields } = action;
      if (!this.#shown.has(key)) {
        const [edit] = this.#pending.begin([{ entity, id, fields }]);
        this.adopt(action, edit!);
      }
      this.#pending.setSending(this.#shown.get(key)!.edit, action.state === 'sending');
    }
  }

  settle({ key, id }: QueuedAction, outcome: Settled): void {
    const shown = this.#shown.get(key);
    if (!shown) return;
    this.#shown.delete(key);
    if (!outcome.ok) this.#pending.revoke(shown.edit);
    else this.#pending.answered(shown.edit, outcome.answer.id === id ? outcome.answer : {});
  }

  /** Dropped before it was sent: the row is what it is without. */
  drop(key: string): void {
    const shown = this.#shown.get(key);
    this.#shown.delete(key);
    if (shown) this.#pending.revoke(shown.edit);
  }
}
