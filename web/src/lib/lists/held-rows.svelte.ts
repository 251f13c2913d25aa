import type { EntityRow } from '../entities/entity.ts';
import { asShown, holdRows, sameOrder, type ShownRow } from './hold-rows.ts';

/** A removed row is seen to go for so long. */
const FADE_MS = 260;

export interface HeldOptions {
  rows: () => readonly EntityRow[] | undefined;
  /** The reader is at the rows: they stay where they are. */
  busy: () => boolean;
  /** Another view: its rows have nothing to do with those before. */
  view: () => string;
  isFirstPage: () => boolean;
}

/** One page of rows as it is drawn: calm while the reader is at it, and rows that go are seen to go. */
export class HeldRows {
  #options: HeldOptions;
  #faded = $state.raw(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: { view: string; shown: readonly ShownRow[] } | null = null;
  /** The removed rows that were let go already. */
  #fadedBy = 0;

  constructor(options: HeldOptions) {
    this.#options = options;
  }

  /** What is drawn; undefined until rows are there. */
  readonly shown = $derived.by(() => this.#next());

  /** True while what is drawn is not what the list holds. */
  readonly waiting = $derived.by(() => {
    const rows = this.#options.rows();
    return Boolean(rows && this.shown && !sameOrder(this.shown, rows));
  });

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #next(): readonly ShownRow[] | undefined {
    const rows = this.#options.rows();
    const view = this.#options.view();
    const busy = this.#options.busy();
    const released = this.#faded > this.#fadedBy;
    this.#fadedBy = this.#faded;
    if (!rows) {
      // Emptied caches, as when rights were taken away: nothing of before may be held.
      this.#last = null;
      return undefined;
    }
    const before = this.#last?.view === view ? this.#last.shown : null;
    let shown: readonly ShownRow[] = asShown(rows);
    if (before) {
      const held = holdRows(before, rows, this.#options.isFirstPage());
      if (busy) shown = held.shown;
      else if (held.gone && !released && held.came === 0) {
        shown = held.shown;
        this.#fadeOut();
      }
    }
    this.#last = { view, shown };
    return shown;
  }

  #fadeOut(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#faded += 1;
    }, FADE_MS);
  }
}
