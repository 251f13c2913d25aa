import type { Envelope } from '../../../../supabase/types/realtime.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows whose last state is remembered; the oldest are forgotten first. */
const ROWS_MAX = 1000;

/** Rows as messages told them, whole: what the next message about one of them is compared with. */
export class HeardRows {
  #rows = new Map<string, Row>();

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  add({ ids, records }: Pick<Envelope, 'ids' | 'records'>): void {
    // What is told without its rows is no longer what was heard.
    for (const id of ids) this.#rows.delete(id);
    for (const record of records ?? []) this.#rows.set(String(record.id), record);
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= ROWS_MAX) return;
      this.#rows.delete(oldest);
    }
  }

  clear(): void {
    this.#rows.clear();
  }
}
