import { queryOptions } from '@tanstack/svelte-query';
import { fetchWithJournal } from '../queries/change-journal.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import { PORTAL_PATCHES } from './patch-portal.ts';
import type { ConnectionRow, Costs, CreditLine, InboxRow, PoolRow, StartupRow } from './portal-rows.ts';

/** How many lines of the ledger are shown. */
const LINES = 20;

/** An answer of PostgREST whose nulls and enums the generated types do not know. */
interface Answer {
  data: unknown;
  error: Error | null;
}
type Request = PromiseLike<Answer> & { abortSignal(signal: AbortSignal): PromiseLike<Answer> };

async function rows<T>(request: Request, signal?: AbortSignal): Promise<T> {
  const { data, error } = await (signal ? request.abortSignal(signal) : request);
  if (error) throw error;
  return data as T;
}

export const fetchInbox = (db: Db, signal?: AbortSignal) =>
  rows<InboxRow[]>(db.rpc('startup_signals').order('assigned_at', { ascending: false }), signal);
export const fetchPool = (db: Db, signal?: AbortSignal) =>
  rows<PoolRow[]>(db.rpc('pool_signals').order('updated_at', { ascending: false }), signal);
export const fetchConnections = (db: Db, signal?: AbortSignal) =>
  rows<ConnectionRow[]>(db.rpc('startup_connections').order('created_at', { ascending: false }), signal);
/** Those that the person belongs to: staff who are members too may read all. */
export async function fetchStartups(db: Db, signal?: AbortSignal): Promise<StartupRow[]> {
  const memberships = await rows<{ startup: StartupRow | null }[]>(
    db.from('startup_members').select('startup:startups(id, name, is_active, credits)'),
    signal,
  );
  return memberships.flatMap(({ startup }) => startup ?? []);
}
const fetchLines = (db: Db, startupId: string, signal?: AbortSignal) =>
  rows<CreditLine[]>(
    db
      .from('credit_changes')
      .select('id, startup_id, delta, balance, reason, at')
      .eq('startup_id', startupId)
      .order('at', { ascending: false })
      .limit(LINES),
    signal,
  );
export async function fetchCosts(db: Db, signal?: AbortSignal): Promise<Costs> {
  const lines = await rows<{ kind: keyof Costs; cost: number }[]>(
    db.from('credit_configurations').select('kind, cost'),
    signal,
  );
  const costs = Object.fromEntries(lines.map(({ kind, cost }) => [kind, cost])) as Partial<Costs>;
  return { public_signal_request: 0, assigned_signal_request: 0, ...costs };
}

export const portalQueries = {
  inbox: () =>
    queryOptions({
      queryKey: ['portal', 'inbox'] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(client, () => fetchInbox(browserClient(), signal), PORTAL_PATCHES.inbox),
    }),
  pool: () =>
    queryOptions({
      queryKey: ['portal', 'pool'] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(client, () => fetchPool(browserClient(), signal), PORTAL_PATCHES.pool),
    }),
  connections: () =>
    queryOptions({
      queryKey: ['portal', 'connections'] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(client, () => fetchConnections(browserClient(), signal), PORTAL_PATCHES.connections),
    }),
  startups: () =>
    queryOptions({
      queryKey: ['portal', 'startups'] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(client, () => fetchStartups(browserClient(), signal), PORTAL_PATCHES.startups),
    }),
  costs: () =>
    queryOptions({
      queryKey: ['portal', 'costs'] as const,
      queryFn: ({ signal }) => fetchCosts(browserClient(), signal),
    }),
  lines: (startupId: string) =>
    queryOptions({
      queryKey: ['portal', 'lines', startupId] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(
          client,
          () => fetchLines(browserClient(), startupId, signal),
          (lines, change) => PORTAL_PATCHES.lines(lines, change, startupId),
        ),
    }),
};
