import type { QueryClient } from '@tanstack/svelte-query';
import { refusalOf } from '../actions/refusal.ts';
import type { Db } from '../supabase/schema.ts';
import type { Toasts } from '../toasts.svelte.ts';
import { callFunction, FunctionError } from './call-function.ts';
import type { DryRun } from './sync.ts';
import { syncQueries } from './sync-queries.ts';
import { plural } from './sync-words.ts';

type Task = 'look' | 'compare' | 'read' | 'repair' | 'replay' | 'ignore' | 'send' | 'redo' | 'discard';

interface DrainAnswer {
  webhooks: Record<string, { state: string; error?: string }>;
  bases: Record<string, { state: string; error?: string }>;
}

/** What an owner does about the sync. What is refused is told in the corner. */
export class SyncActions {
  /** What is under way. */
  busy = $state<Task | null>(null);
  #db: () => Db;
  #queries: QueryClient;
  #toasts: Toasts;

  constructor({ db, queries, toasts }: { db: () => Db; queries: QueryClient; toasts: Toasts }) {
    this.#db = db;
    this.#queries = queries;
    this.#toasts = toasts;
  }

  /** Drains, looks after the webhooks, and makes a dead one anew. */
  look(): Promise<void> {
    return this.#do('look', async () => {
      const refusal = await this.#drain();
      if (refusal) throw new FunctionError(refusal);
      this.#toasts.done('Everything was looked at, and is well.');
    });
  }

  compare(): Promise<void> {
    return this.#do('compare', () => callFunction('reconcile'));
  }

  readAll(): Promise<void> {
    return this.#do('read', () => callFunction('backfill'));
  }

  /** Has differences read again and applied, and compares once more; all of the run when none are named. */
  repair(runId: string, ids?: readonly number[]): Promise<void> {
    return this.#do('repair', async () => {
      const { accepted } = await callFunction<{ accepted: number }>('reconcile', {
        repair: { runId, ...(ids && { ids }) },
      });
      await callFunction('reconcile');
      this.#toasts.done(`${plural(accepted, 'record')} will be read again, and then all are compared.`);
    });
  }

  /** Null: all that are open, in their order. */
  replay(ids: readonly number[] | null): Promise<void> {
    return this.#do('replay', async () => {
      const { data, error } = await this.#db().rpc('replay_dead_letters', ids ? { ids: [...ids] } : {});
      if (error) throw error;
      const refusal = await this.#drain();
      if (refusal) throw new FunctionError(refusal);
      const left = await this.#stillOpen(ids);
      const tried = data ?? 0;
      if (left > 0)
        this.#toasts.refuse(
          `${left} of ${plural(tried, 'letter')} cannot be applied yet. The reason is the record’s own.`,
        );
      else this.#toasts.done(`${plural(tried, 'letter')} replayed and applied.`);
    });
  }

  ignore(ids: readonly number[]): Promise<void> {
    return this.#do('ignore', async () => {
      const { data, error } = await this.#db().rpc('ignore_dead_letters', { ids: [...ids] });
      if (error) throw error;
      this.#toasts.done(
        `${plural(data ?? 0, 'letter')} ignored. The next bad cell of the record opens another.`,
      );
    });
  }

  /** Has what Airtable did not keep sent once more. */
  send(ids: readonly number[]): Promise<void> {
    return this.#do('send', async () => {
      const { data, error } = await this.#db().rpc('retry_push', { ids: [...ids] });
      if (error) throw error;
      this.#toasts.done(`${plural(data, 'change')} sent again.`);
    });
  }

  /** Makes a change again that was newer in Airtable. */
  redo(id: number): Promise<void> {
    return this.#do('redo', async () => {
      const { error } = await this.#db().rpc('redo_push', { entry: id });
      if (error) throw error;
      this.#toasts.done('Made again, over what Airtable had.');
    });
  }

  /** The rows hold again what Airtable has. */
  giveUp(ids: readonly number[]): Promise<void> {
    return this.#do('discard', async () => {
      const { data, error } = await this.#db().rpc('discard_push', { ids: [...ids] });
      if (error) throw error;
      this.#toasts.done(`${plural(data, 'change')} discarded: what Airtable has is shown again.`);
    });
  }

  dryRun(letterId: number): Promise<DryRun> {
    return callFunction('dry-run', { letterId });
  }

  async #stillOpen(ids: readonly number[] | null): Promise<number> {
    const open = await this.#queries.fetchQuery({ ...syncQueries.letters('open'), staleTime: 0 });
    return open.filter(({ id }) => !ids || ids.includes(id)).length;
  }

  /** Why something could not be drained or read; null when all is well. */
  async #drain(): Promise<string | null> {
    const { webhooks, bases } = await callFunction<DrainAnswer>('drain');
    return [...Object.values(bases), ...Object.values(webhooks)].find(({ error }) => error)?.error ?? null;
  }

  async #do(task: Task, work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = task;
    try {
      await work();
    } catch (error) {
      this.#toasts.refuse(error instanceof FunctionError ? error.message : refusalOf(error).text);
    } finally {
      this.busy = null;
      void this.#queries.invalidateQueries({ queryKey: syncQueries.all() });
    }
  }
}
