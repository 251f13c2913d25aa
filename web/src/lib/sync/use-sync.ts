import { useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import { useLive } from '../realtime/live.svelte.ts';
import { throttle } from '../realtime/throttle.ts';
import { applyOutboxCounts, applySyncMessage, type Stale } from './apply-sync-message.ts';
import type { ReconcileProgress, ScanProgress, SyncStatus } from './sync.ts';
import { SYNC_KEYS } from './sync-keys.ts';

/** A base at work moves its cursor many times a second. */
const REFRESH_MS = 3_000;

/** Keeps what the sync page shows in step with the channel `ops` while the component is mounted. */
export function useSync(): void {
  const live = useLive();
  const queries = useQueryClient();

  onMount(() => {
    const stale = new Set<Stale>();
    const refresh = throttle(() => {
      for (const what of stale) void queries.invalidateQueries({ queryKey: SYNC_KEYS[what] });
      stale.clear();
    }, REFRESH_MS);
    const stop = live.on(['airtable:sync:progress'], ({ envelope }) => {
      const message = envelope.records?.[0] as unknown as
        SyncStatus | ReconcileProgress | ScanProgress | undefined;
      if (!message) return;
      const found = applySyncMessage(queries, message);
      for (const what of found) stale.add(what);
      if (found.length > 0) refresh.call();
    });
    const stopOutbox = live.on(['airtable:outbox:changed'], ({ envelope }) => {
      const counts = envelope.records?.[0] as SyncStatus['outbox'] | undefined;
      if (counts) applyOutboxCounts(queries, counts);
      stale.add('outbox');
      refresh.call();
    });
    return () => {
      stop();
      stopOutbox();
      refresh.cancel();
    };
  });
}
