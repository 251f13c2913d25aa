import type { QueryClient } from '@tanstack/svelte-query';
import type { ReconcileProgress, Run, ScanProgress, SyncStatus } from './sync.ts';
import { SYNC_KEYS } from './sync-keys.ts';

type Message = SyncStatus | ReconcileProgress | ScanProgress;

/** What is to be asked for again, since a message tells that it changed and not how. */
export type Stale = 'runs' | 'lag' | 'letters' | 'drift' | 'reports' | 'outbox';

/** Puts what a message of the channel `ops` says into the caches, without a request. Returns what it leaves open. */
export function applySyncMessage(queries: QueryClient, message: Message): Stale[] {
  const before = queries.getQueryData<SyncStatus>(SYNC_KEYS.status);
  if (message.kind === 'status') {
    queries.setQueryData(SYNC_KEYS.status, message);
    return staleAfter(before, message);
  }
  if (before) queries.setQueryData(SYNC_KEYS.status, withProgress(before, message));
  const runs = queries.getQueryData<Run[]>(SYNC_KEYS.runs);
  const known = runs?.some(({ id }) => id === message.run_id);
  if (known)
    queries.setQueryData(
      SYNC_KEYS.runs,
      runs?.map((run) => progressed(run, message)),
    );
  const over = message.state !== 'running';
  return [...(known ? [] : (['runs'] as const)), ...(over ? (['runs', 'reports'] as const) : [])];
}

/** Puts what a push says of the outbox into the status: the status itself is told later. */
export function applyOutboxCounts(queries: QueryClient, counts: SyncStatus['outbox']): void {
  queries.setQueryData<SyncStatus>(SYNC_KEYS.status, (status) => status && { ...status, outbox: counts });
}

const OPEN_STATES = ['pending', 'sending', 'sent', 'parked'] as const;

function staleAfter(before: SyncStatus | undefined, after: SyncStatus): Stale[] {
  if (!before) return [];
  const cursors = ({ webhooks }: SyncStatus): string =>
    webhooks.map(({ id, cursor }) => `${id} ${cursor}`).join();
  const waiting = ({ outbox }: SyncStatus): string => OPEN_STATES.map((state) => outbox[state] ?? 0).join();
  const moved = cursors(before) !== cursors(after);
  return [
    ...(moved ? (['runs', 'lag'] as const) : []),
    ...(before.dead_letters !== after.dead_letters || moved ? (['letters'] as const) : []),
    ...(before.drift !== after.drift || moved ? (['drift'] as const) : []),
    ...(waiting(before) !== waiting(after) ? (['outbox'] as const) : []),
  ];
}

function withProgress(status: SyncStatus, message: ReconcileProgress | ScanProgress): SyncStatus {
  const bases = status.bases.map((base) => {
    if (message.kind === undefined) {
      // A scan does not say of which base it is.
      const own = base.scan?.run_id === message.run_id || status.bases.length === 1;
      return own ? { ...base, scan: message } : base;
    }
    if (base.base_id !== message.base_id) return base;
    return {
      ...base,
      reconcile: message,
      identical_at: message.identical ? message.finished_at : base.identical_at,
    };
  });
  return { ...status, bases };
}

const progressed = (run: Run, progress: ReconcileProgress | ScanProgress): Run =>
  run.id === progress.run_id ? { ...run, state: progress.state, progress } : run;
