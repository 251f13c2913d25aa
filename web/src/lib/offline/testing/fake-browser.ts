import type { QueueStore } from '../action-queue.ts';
import type { NewAction, QueuedAction } from '../queued-action.ts';

/** A tab that may be killed at any moment: nothing that it waits for comes any more. */
export class FakeTab {
  alive = true;
  #step: () => Promise<unknown>;

  /** @param step resolves when the test lets the tab go on */
  constructor(step: () => Promise<unknown>) {
    this.#step = step;
  }

  /** Waits for its turn, does it in one go, and waits for the answer. */
  async turn<T>(work: () => T): Promise<T> {
    await this.#wait();
    const result = work();
    await this.#wait();
    return result;
  }

  async #wait(): Promise<void> {
    await this.#step();
    if (!this.alive) await new Promise(() => undefined);
  }
}

/** What the tabs of a browser share, and what outlives them. */
export class FakeBrowser {
  actions: QueuedAction[] = [];
  #seq = 0;
  #leader: FakeTab | null = null;
  #followers: { tab: FakeTab; lead: () => void }[] = [];

  storeOf(tab: FakeTab): QueueStore {
    return {
      all: () => tab.turn(() => structuredClone(this.actions)),
      add: (action: NewAction) =>
        tab.turn(() => {
          const seq = ++this.#seq;
          this.actions.push({ ...action, seq, state: 'waiting', attempts: 0, refusal: null });
          return true;
        }),
      update: (key, change) =>
        tab.turn(() => {
          const found = this.actions.find((one) => one.key === key);
          if (!found) return undefined;
          const changed = change(structuredClone(found));
          this.actions = this.actions.flatMap((one) => (one !== found ? one : (changed ?? [])));
          return changed;
        }),
    };
  }

  async lead<T>(tab: FakeTab, work: () => Promise<T>): Promise<T> {
    if (this.#leader) await new Promise<void>((lead) => this.#followers.push({ tab, lead }));
    if (!tab.alive) return new Promise(() => undefined);
    this.#leader = tab;
    try {
      return await work();
    } finally {
      // A tab that was killed on its last step has let go already.
      if (this.#leader === tab) this.#next();
    }
  }

  kill(tab: FakeTab): void {
    tab.alive = false;
    this.#followers = this.#followers.filter((follower) => follower.tab !== tab);
    if (this.#leader === tab) this.#next();
  }

  #next(): void {
    const next = this.#followers.shift();
    this.#leader = next?.tab ?? null;
    next?.lead();
  }
}
