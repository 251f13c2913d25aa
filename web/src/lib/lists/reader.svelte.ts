import { SvelteSet } from 'svelte/reactivity';

/** What the reader is doing with a list, and what waits until they are done. */
export class Reader {
  /** The top of the list is out of sight. */
  scrolled = $state(false);
  /** The pointer is on the rows. */
  pointing = $state(false);
  /** The keyboard is on the rows. */
  focused = $state(false);
  /** Rows that came meanwhile. */
  readonly arrived = new SvelteSet<string>();
  /** Pages whose rows stand in another order by now. */
  readonly waiting = new SvelteSet<number>();
  /** The reader asked for what waits: shown once, whatever they are doing. */
  #released = $state(false);
  #chose: () => boolean;

  /** @param chose the reader has chosen rows */
  constructor(chose: () => boolean) {
    this.#chose = chose;
  }

  /** Nothing may move now. */
  get busy(): boolean {
    return !this.#released && (this.scrolled || this.pointing || this.focused || this.#chose());
  }

  /** "6 new", or null when nothing waits. */
  get news(): string | null {
    if (!this.busy) return null;
    if (this.arrived.size) return `${this.arrived.size} new`;
    return this.waiting.size ? 'Show changes' : null;
  }

  /** The reader has left the rows: what came is in them by now. */
  settle(): void {
    if (!this.busy) this.arrived.clear();
  }

  /** Lets what waits come in. */
  async release(settled: () => Promise<void>): Promise<void> {
    this.#released = true;
    this.arrived.clear();
    await settled();
    this.#released = false;
  }
}
