import type { QueryClient } from '@tanstack/svelte-query';
import { createContext } from 'svelte';
import { type NamedCall, perform } from '../actions/calls.ts';
import type { Outbox } from '../actions/outbox.ts';
import type { Pending } from '../actions/pending-edits.ts';
import { pendingEditsOf } from '../actions/pending-edits-of.ts';
import { isUnreached, refusalOf } from '../actions/refusal.ts';
import type { Db } from '../supabase/schema.ts';
import type { Toasts } from '../toasts.svelte.ts';
import { portalQueries } from './portal-queries.ts';
import type { InboxRow, PoolRow } from './portal-rows.ts';

export interface PortalActionsOptions {
  queries: QueryClient;
  /** Asked at the first use: on the server there is none. */
  db: () => Db;
  toasts: Toasts;
  /** Keeps what cannot be sent now. */
  outbox: Outbox;
}

interface Wanted {
  /** The assignment, or the signal of the pool. */
  id: string;
  startup: string;
  call: NamedCall;
  /** What the row will hold. */
  fields: Partial<InboxRow>;
  title: string;
  past: string;
}

type Came = { kind: 'done' } | { kind: 'waits' } | { kind: 'refused'; error: unknown };

/** What a member of a startup does. What costs nothing is shown at once; credits move when the database says so. */
export class PortalActions {
  #options: PortalActionsOptions;

  constructor(options: PortalActionsOptions) {
    this.#options = options;
  }

  /** What the row waits for; undefined for nothing. */
  pendingOf(id: string): Pending | undefined {
    return pendingEditsOf(this.#options.queries).of(id);
  }

  /** The first look counts; a failure is no concern of the reader, who looks again. */
  async see(row: InboxRow): Promise<void> {
    if (row.seen_at !== null) return;
    const fields = { seen_at: new Date().toISOString() };
    const came = await this.#do({
      id: row.id,
      startup: row.startup_id,
      call: { name: 'mark_assignment_seen', args: { assignment: row.id } },
      fields,
      title: nameOf(row),
      past: 'seen',
    });
    if (came.kind === 'done') this.#patch(row.id, fields);
    if (came.kind === 'refused') console.warn('The signal could not be marked as seen:', came.error);
  }

  /** True when it is done, or kept until it can be. */
  async accept(row: InboxRow): Promise<boolean> {
    const fields = {
      answer: 'accepted' as const,
      answered_at: new Date().toISOString(),
      decline_reason: null,
    };
    const came = await this.#do({
      id: row.id,
      startup: row.startup_id,
      call: { name: 'accept_assignment', args: { assignment: row.id } },
      fields,
      title: nameOf(row),
      past: 'accepted',
    });
    if (came.kind === 'done') this.#patch(row.id, fields);
    return this.#tell(came, row, `You accepted ${nameOf(row)}. The staff answer your request.`);
  }

  async decline(row: InboxRow, reason: string): Promise<boolean> {
    const fields = {
      answer: 'declined' as const,
      answered_at: new Date().toISOString(),
      decline_reason: reason,
    };
    const came = await this.#do({
      id: row.id,
      startup: row.startup_id,
      call: { name: 'decline_assignment', args: { assignment: row.id, reason } },
      fields,
      title: nameOf(row),
      past: 'declined',
    });
    if (came.kind === 'done') this.#patch(row.id, fields);
    return this.#tell(came, row, `You declined ${nameOf(row)}.`);
  }

  async request(row: PoolRow, startupId: string): Promise<boolean> {
    const came = await this.#do({
      id: row.id,
      startup: startupId,
      call: { name: 'request_signal', args: { signal: row.id, startup: startupId } },
      fields: {},
      title: nameOf(row),
      past: 'requested',
    });
    if (came.kind === 'refused') {
      // What this page shows of the pool is not what is.
      await this.#options.queries.invalidateQueries({ queryKey: portalQueries.pool().queryKey });
    }
    return this.#tell(came, row, `You asked for ${nameOf(row)}. The staff answer your request.`);
  }

  async #do({ id, startup, call, fields, title, past }: Wanted): Promise<Came> {
    const { queries, db, outbox } = this.#options;
    const key = crypto.randomUUID();
    const pending = pendingEditsOf(queries);
    const [edit] = pending.begin([{ entity: 'portal', id, fields }]);
    const keep = async (): Promise<Came> => {
      pending.setSending(edit!, false);
      const action = { key, at: Date.now(), entity: 'portal', id, call, fields, title, past };
      await outbox.keep({ ...action, scope: `startup:${startup}` }, edit);
      return { kind: 'waits' };
    };
    try {
      if (outbox.mustKeep(id)) return await keep();
      try {
        await perform(db(), key, call);
      } catch (error) {
        if (!isUnreached(refusalOf(error))) throw error;
        return await keep();
      }
    } catch (error) {
      pending.revoke(edit!);
      return { kind: 'refused', error };
    }
    // What follows is told to the startup by its channel.
    pending.revoke(edit!);
    return { kind: 'done' };
  }

  #tell(came: Came, row: Named, done: string): boolean {
    const { toasts } = this.#options;
    switch (came.kind) {
      case 'done':
        toasts.done(done);
        return true;
      case 'waits':
        toasts.done(`${nameOf(row)}: kept, and sent when the server can be reached.`);
        return true;
      case 'refused':
        toasts.refuse(`${nameOf(row)}: ${refusalOf(came.error).text}`);
        return false;
    }
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
