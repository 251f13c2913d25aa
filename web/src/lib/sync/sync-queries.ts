import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import type { OutboxEntry, OutboxView } from './outbox.ts';
import type { Drift, LagStep, Letter, LetterState, Report, Run, SyncStatus } from './sync.ts';
import { SYNC_KEYS } from './sync-keys.ts';

const RUNS_SHOWN = 20;
/** As many as the database gives at once. */
const LETTERS_SHOWN = 200;
/** What no message tells, such as that nothing happens any more. */
const LOOK_MS = 30_000;

interface Answer {
  data: unknown;
  error: Error | null;
}

/** What a function answers with, whose shape the generated types do not know. */
async function read<T>(
  call: (db: Db) => { abortSignal(signal: AbortSignal): PromiseLike<Answer> },
  signal: AbortSignal,
) {
  const { data, error } = await call(browserClient()).abortSignal(signal);
  if (error) throw error;
  return data as T;
}

export const syncQueries = {
  all: () => SYNC_KEYS.all,
  status: () =>
    queryOptions({
      queryKey: SYNC_KEYS.status,
      refetchInterval: LOOK_MS,
      queryFn: ({ signal }) => read<SyncStatus>((db) => db.rpc('sync_status'), signal),
    }),
  lag: () =>
    queryOptions({
      queryKey: SYNC_KEYS.lag,
      queryFn: ({ signal }) => read<LagStep[]>((db) => db.rpc('sync_lag', { hours: 24 }), signal),
    }),
  runs: () =>
    queryOptions({
      queryKey: SYNC_KEYS.runs,
      queryFn: ({ signal }) => read<Run[]>((db) => db.rpc('sync_runs', { max: RUNS_SHOWN }), signal),
    }),
  report: (run: string) =>
    queryOptions({
      queryKey: SYNC_KEYS.report(run),
      queryFn: ({ signal }) => read<Report | null>((db) => db.rpc('sync_report', { run }), signal),
    }),
  letters: (state: LetterState) =>
    queryOptions({
      queryKey: SYNC_KEYS.lettersIn(state),
      queryFn: ({ signal }) =>
        read<Letter[]>((db) => db.rpc('dead_letters', { state, max: LETTERS_SHOWN }), signal),
    }),
  outbox: (of: OutboxView) =>
    queryOptions({
      queryKey: SYNC_KEYS.outboxOf(of),
      refetchInterval: LOOK_MS,
      queryFn: ({ signal }) =>
        read<OutboxEntry[]>((db) => db.rpc('sync_outbox', of === 'open' ? {} : { state: of }), signal),
    }),
  drift: () =>
    queryOptions({
      queryKey: SYNC_KEYS.drift,
      refetchInterval: LOOK_MS,
      queryFn: ({ signal }) => read<Drift[]>((db) => db.rpc('sync_drift'), signal),
    }),
};
