import type { Fields } from '../actions/map-rows.ts';
import type { Refusal } from '../actions/refusal.ts';
import { isOpen, type NewAction, type QueuedAction, type Settled } from './queued-action.ts';
import { decide, editOf, rebase, withArgs } from './rebase.ts';

/** What came of sending an action once. */
export type Sent =
  | { kind: 'done'; answer: Fields }
  | { kind: 'refused'; refusal: Refusal }
  /** Nobody knows whether it arrived. */
  | { kind: 'unreached'; refusal: Refusal }
  /** Nobody is signed in who could send it. */
  | { kind: 'signed_out' };

/** Keeps the actions of one person, in the order in which they came. Every call is durable when it resolves. */
export interface QueueStore {
  all(): Promise<QueuedAction[]>;
  /** False when nothing may be kept: the person is not the one the store belongs to. */
  add(action: NewAction): Promise<boolean>;
  /** In one step, so that two tabs never undo each other's; null removes. Resolves with what is there then. */
  update(
    key: string,
    change: (action: QueuedAction) => QueuedAction | null,
  ): Promise<QueuedAction | null | undefined>;
}

export interface QueuePorts {
  store: QueueStore;
  send: (action: QueuedAction) => Promise<Sent>;
  /** Runs the work in one tab at a time; the others wait. */
  lead: <T>(work: () => Promise<T>) => Promise<T>;
  /** False while there is surely no network. */
  isOnline: () => boolean;
  /** Does the server answer to anything? */
  answers: () => Promise<boolean>;
  /** The list is another one. */
  changed: () => void;
  settled: (action: QueuedAction, outcome: Settled) => void;
}

/** `empty`: nothing waits any more. Otherwise why something does. */
export type Drained = 'empty' | 'unreached' | 'signed_out';

/** An action that fails so often while the server answers is what is wrong, not the way there. */
const ATTEMPTS_MAX = 4;
const UNANSWERED =
  'The server answers, but not to this change. It may have arrived: look at the row, then try again or discard it.';

/**
 * Actions that wait for the network. They go out one after the other in the order in which they were made,
 * from one tab; what is refused is put aside, with the reason, and the rest goes on.
 */
export class ActionQueue {
  #ports: QueuePorts;

  constructor(ports: QueuePorts) {
    this.#ports = ports;
  }

  all(): Promise<QueuedAction[]> {
    return this.#ports.store.all();
  }

  /** False when it could not be kept. */
  async add(action: NewAction): Promise<boolean> {
    const kept = await this.#ports.store.add(action);
    this.#ports.changed();
    return kept;
  }

  /** Sends what waits, until nothing does or nobody answers. */
  drain(): Promise<Drained> {
    return this.#ports.lead(() => this.#drain());
  }

  async #drain(): Promise<Drained> {
    const { store, isOnline, answers } = this.#ports;
    for (;;) {
      const next = (await store.all()).find(({ state }) => state !== 'parked');
      if (!next) return 'empty';
      if (!isOnline()) return 'unreached';
      const sent = await this.#send(next);
      if (sent?.kind === 'signed_out') return 'signed_out';
      if (sent?.kind !== 'unreached') continue;
      // The way there is open, and this one alone fails again and again: it must not hold up the rest.
      if (next.attempts + 1 < ATTEMPTS_MAX || !(await answers())) return 'unreached';
      await this.#park(next.key, { ...sent.refusal, code: '', text: UNANSWERED });
      this.#ports.changed();
    }
  }

  /** Null: it was gone, or put aside, before it was sent. */
  async #send({ key }: QueuedAction): Promise<Sent | null> {
    const { store, send, changed } = this.#ports;
    const action = await store.update(key, (one) => {
      if (one.state === 'parked') return one;
      // A crash left it so: it may have been done.
      const attempts = one.attempts + (one.state === 'sending' ? 1 : 0);
      return { ...one, state: 'sending', attempts };
    });
    if (!action || action.state === 'parked') return null;
    changed();
    const sent = await send(action);
    switch (sent.kind) {
      case 'done':
        await this.#done(action, sent.answer);
        break;
      case 'refused':
        await this.#park(key, sent.refusal);
        break;
      case 'unreached':
        await store.update(key, (one) => ({ ...one, state: 'waiting', attempts: one.attempts + 1 }));
        break;
      case 'signed_out':
        await store.update(key, (one) => ({ ...one, state: 'waiting' }));
    }
    changed();
    return sent;
  }

  async #done(action: QueuedAction, answer: Fields): Promise<void> {
    const { store, settled } = this.#ports;
    // The later ones first: after a crash in between, the action gets its answer again, and they are rebased again.
    await this.#rebaseOn(action, answer);
    await store.update(action.key, () => null);
    settled(action, { ok: true, answer });
  }

  async #park(key: string, refusal: Refusal): Promise<void> {
    const parked = await this.#ports.store.update(key, (one) => ({
      ...one,
      state: 'parked',
      refusal,
      // What was refused was not done.
      attempts: refusal.code === '' ? one.attempts : 0,
    }));
    if (parked) this.#ports.settled(parked, { ok: false, refusal });
  }

  async #rebaseOn(ended: QueuedAction, truth: Fields): Promise<void> {
    if (!editOf(ended)) return;
    for (const { key, id, seq } of await this.#ports.store.all()) {
      if (id !== ended.id || seq <= ended.seq) continue;
      await this.#ports.store.update(key, (one) => rebase(one, ended, truth));
    }
  }

  /** Sends what was put aside again, in its old place. */
  async retry(key: string): Promise<void> {
    await this.#change(key, (one) =>
      one.state === 'parked' ? { ...one, state: 'waiting', refusal: null } : one,
    );
  }

  /** Takes other values for what has surely not been done; false when it may have been. */
  async edit(key: string, args: Fields, fields: Fields): Promise<boolean> {
    const before = await this.#change(key, (one) =>
      isOpen(one)
        ? { ...withArgs(one, args), fields: { ...one.fields, ...fields }, state: 'waiting', refusal: null }
        : one,
    );
    if (!before || !isOpen(before)) return false;
    if (before.state === 'waiting') await this.#rebaseOn(before, (args.changes ?? {}) as Fields);
    return true;
  }

  /** Decides one field of a conflict. */
  async decide(key: string, field: string, whose: 'mine' | 'theirs'): Promise<void> {
    await this.#change(key, (one) => (one.state === 'parked' ? decide(one, field, whose) : one));
  }

  /** Drops what was put aside, or has surely not been done; false when it is on its way. */
  async discard(key: string): Promise<boolean> {
    const may = (one: QueuedAction) => one.state === 'parked' || isOpen(one);
    const before = await this.#change(key, (one) => (may(one) ? null : one));
    if (!before || !may(before)) return false;
    // What was made on top of it was made on what it stood on.
    if (before.state === 'waiting') await this.#rebaseOn(before, editOf(before)?.base ?? {});
    return true;
  }

  /** Resolves with the action as it was; null when it is not there. */
  async #change(
    key: string,
    change: (action: QueuedAction) => QueuedAction | null,
  ): Promise<QueuedAction | null> {
    const found: QueuedAction[] = [];
    await this.#ports.store.update(key, (one) => {
      found.push(one);
      return change(one);
    });
    this.#ports.changed();
    return found[0] ?? null;
  }
}
