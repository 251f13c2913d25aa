import type { QueryClient } from '@tanstack/svelte-query';
import { createContext } from 'svelte';
import { refusalOf } from '../actions/refusal.ts';
import type { Db } from '../supabase/schema.ts';
import type { Toasts } from '../toasts.svelte.ts';
import { portalQueries } from './portal-queries.ts';
import type { InboxRow, PoolRow } from './portal-rows.ts';

export interface PortalActionsOptions {
  queries: QueryClient;
  /** Asked at the first use: on the server there is none. */
  db: () => Db;
  toasts: Toasts;
}

/** What a member of a startup does. What costs nothing is shown at once; credits move when the database says so. */
export class PortalActions {
  #options: PortalActionsOptions;

  constructor(options: PortalActionsOptions) {
    this.#options = options;
  }

  /** The first look counts; a failure is no concern of the reader, who looks again. */
  async see(row: InboxRow): Promise<void> {
    if (row.seen_at !== null) return;
    this.#patch(row.id, { seen_at: new Date().toISOString() });
    const { error } = await this.#options.db().rpc('mark_assignment_seen', { assignment: row.id });
    if (error) console.warn('The signal could not be marked as seen:', error);
  }

  /** True when it is done. */
  async accept(row: InboxRow): Promise<boolean> {
    const { db, toasts } = this.#options;
    const { error } = await db().rpc('accept_assignment', { assignment: row.id });
    if (error) return this.#refuse(error, row);
    this.#patch(row.id, { answer: 'accepted', answered_at: new Date().toISOString(), decline_reason: null });
    toasts.done(`You accepted ${nameOf(row)}. The staff answer your request.`);
    return true;
  }

  async decline(row: InboxRow, reason: string): Promise<boolean> {
    const { db, toasts } = this.#options;
    const before = { answer: row.answer, answered_at: row.answered_at, decline_reason: row.decline_reason };
    this.#patch(row.id, {
      answer: 'declined',
      answered_at: new Date().toISOString(),
      decline_reason: reason,
    });
    const { error } = await db().rpc('decline_assignment', { assignment: row.id, reason });
    if (error) {
      this.#patch(row.id, before);
      return this.#refuse(error, row);
    }
    toasts.done(`You declined ${nameOf(row)}.`);
    return true;
  }

  async request(row: PoolRow, startupId: string): Promise<boolean> {
    const { db, toasts, queries } = this.#options;
    const { error } = await db().rpc('request_signal', { signal: row.id, startup: startupId });
    if (error) {
      // What this page shows of the pool is not what is.
      await queries.invalidateQueries({ queryKey: portalQueries.pool().queryKey });
      return this.#refuse(error, row);
    }
    toasts.done(`You asked for ${nameOf(row)}. The staff answer your request.`);
    return true;
  }

  #refuse(error: unknown, row: Named): false {
    this.#options.toasts.refuse(`${nameOf(row)}: ${refusalOf(error).text}`);
    return false;
  }

  #patch(id: string, changes: Partial<InboxRow>): void {
    this.#options.queries.setQueryData(portalQueries.inbox().queryKey, (rows) =>
      rows?.map((row) => (row.id === id ? { ...row, ...changes } : row)),
    );
  }
}

type Named = Pick<InboxRow, 'title' | 'signal_identifier'>;

const nameOf = ({ title, signal_identifier }: Named) =>
  title ? `“${title}”` : (signal_identifier ?? 'the signal');

export const [usePortalActions, setPortalActions] = createContext<PortalActions>();
