import type { QueryClient } from '@tanstack/svelte-query';
import type { Entity } from '../entities/entity.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { Actions } from './actions.svelte.ts';
import { knownRows } from './cached-rows.ts';
import type { Fields } from './map-rows.ts';
import type { ActionInput, RowAction } from './row-action.ts';

/** A row that stayed as it was. */
export interface BulkFailure {
  id: string;
  name: string;
  reason: string;
}

/** Ids in one request for rows that the page does not know: more make an address too long. */
const ASKED_MAX = 100;

/** One action on many rows. */
export class BulkRun {
  progress = $state.raw<{ done: number; total: number } | null>(null);
  failures = $state.raw<readonly BulkFailure[]>([]);
  #actions: Actions;
  #queries: QueryClient;

  constructor(actions: Actions, queries: QueryClient) {
    this.#actions = actions;
    this.#queries = queries;
  }

  clear(): void {
    this.failures = [];
  }

  /** True when no row was refused. Rows that the action makes no sense for are failures, with that reason. */
  async run(entity: Entity, action: RowAction, ids: string[], input: ActionInput): Promise<boolean> {
    if (this.progress) return false;
    this.failures = [];
    this.progress = { done: 0, total: ids.length };
    try {
      const rows = await this.#rows(entity, ids);
      const fits = rows.filter((row) => this.#actions.may(row) && action.possible(row));
      const misfits = rows.filter((row) => !fits.includes(row));
      this.failures = misfits.map((row) => ({
        id: String(row.id),
        name: entity.title(row),
        reason: this.#actions.may(row)
          ? `“${action.label}” makes no sense for it as it is now.`
          : 'It is not yours to change.',
      }));
      this.progress = { done: misfits.length, total: ids.length };
      await this.#actions.runAll(
        fits.map((row) => action.change(row, input)),
        (outcome) => {
          this.progress = { done: (this.progress?.done ?? 0) + 1, total: ids.length };
          if (outcome.ok) return;
          const { id, name } = outcome.change;
          this.failures = [...this.failures, { id, name, reason: outcome.refusal.text }];
        },
      );
    } finally {
      this.progress = null;
    }
    return this.failures.length === 0;
  }

  /** The rows as the page has them, and from the database those that it does not have. */
  async #rows(entity: Entity, ids: string[]): Promise<Fields[]> {
    const known = knownRows(this.#queries, ids);
    const missing = ids.filter((id) => !known.has(id));
    for (let from = 0; from < missing.length; from += ASKED_MAX) {
      const { data, error } = await browserClient()
        .from(entity.key)
        .select('*')
        .in('id', missing.slice(from, from + ASKED_MAX));
      if (error) throw error;
      for (const row of data as Fields[]) known.set(String(row.id), row);
    }
    return ids.map((id) => known.get(id)).filter((row) => row !== undefined);
  }
}
