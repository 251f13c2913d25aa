import { SvelteMap } from 'svelte/reactivity';
import type { Touched } from '../queries/row-patch.ts';

/** Marks beyond this many rows are forgotten, the oldest first. */
const ROWS_MAX = 500;

/** Cells that changed while the page was open and were not looked at yet. */
export class RecentChanges {
  #isOwn: (id: string, field: string) => boolean;
  #rows = new SvelteMap<string, Readonly<Record<string, number>>>();

  /** @param isOwn true for a cell that shows what the reader put there: it gets no mark */
  constructor(isOwn: (id: string, field: string) => boolean = () => false) {
    this.#isOwn = isOwn;
  }

  add(touched: readonly Touched[]): void {
    for (const { id, fields } of touched) {
      const others = fields.filter((field) => !this.#isOwn(id, field));
      if (!others.length) continue;
      const counts = { ...this.#rows.get(id) };
      for (const field of others) counts[field] = (counts[field] ?? 0) + 1;
      this.#rows.delete(id);
      this.#rows.set(id, counts);
    }
    for (const id of this.#rows.keys()) {
      if (this.#rows.size <= ROWS_MAX) break;
      this.#rows.delete(id);
    }
  }

  /** For `data-changed`: alternates, so that every change plays its mark anew. */
  mark(id: string, field: string): 'odd' | 'even' | undefined {
    const count = this.#rows.get(id)?.[field];
    return count === undefined ? undefined : count % 2 ? 'odd' : 'even';
  }

  /** The reader looked at this row. */
  seen(id: string): void {
    this.#rows.delete(id);
  }

  clear(): void {
    this.#rows.clear();
  }
}
