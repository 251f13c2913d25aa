import { fetchRows } from '../queries/list-request.ts';
import { browserClient } from '../supabase/browser-client.ts';
import { toCsv } from './csv.ts';
import type { Field } from '../entities/entity.ts';
import type { List, View } from './list.ts';
import { allFilters } from './view.ts';

/** Rows a request; PostgREST gives 1000 at most. */
const CHUNK = 500;
/** Shorter than this, nobody waits for progress. */
const QUIET_MS = 2000;

/** All rows of a view as a file, fetched page by page. */
export class CsvExport {
  /** Rows fetched so far, once it takes long enough to tell; null while there is nothing to tell. */
  progress = $state.raw<number | null>(null);
  running = $state(false);
  #abort: AbortController | null = null;

  /** Answers with the file's text, or null when it was cancelled. Throws what the database refuses. */
  async run(list: List, view: View, fields: readonly Field[]): Promise<string | null> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const began = performance.now();
    this.running = true;
    try {
      const rows = [];
      const whole = { ...view, filters: allFilters(list, view) };
      for (;;) {
        const chunk = await fetchRows(
          browserClient(),
          list.entity,
          whole,
          { from: rows.length, size: CHUNK },
          signal,
        );
        rows.push(...chunk);
        if (chunk.length < CHUNK) break;
        if (performance.now() - began > QUIET_MS) this.progress = rows.length;
      }
      return await toCsv(fields, rows);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    } finally {
      this.running = false;
      this.progress = null;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }
}

/** Hands the reader a file. */
export function saveFile(name: string, text: string, type = 'text/csv'): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
