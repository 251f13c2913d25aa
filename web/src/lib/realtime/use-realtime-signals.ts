import { type QueryKey, useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import { applyToSignals } from '../queries/apply-to-signals.ts';
import { useLive } from './live.svelte.ts';
import type { LiveChange } from './live-change.ts';
import { throttle } from './throttle.ts';
import { type RealtimeOptions, useRealtimeList } from './use-realtime-list.ts';

const EVENTS = ['signal:created', 'signal:updated', 'signal:removed', 'organization:updated'] as const;
const UPDATE_INTERVAL_MS = 1000;

/**
 * Writes every change of signals into the cached lists, without a request. Lists that a message cannot
 * decide are fetched again, and only those.
 */
export function useRealtimeSignals(options: RealtimeOptions = {}): void {
  const live = useLive();
  const queries = useQueryClient();

  useRealtimeList({ ...options, queryKeys: [], autoRefresh: false, events: EVENTS, toast: describe });

  onMount(() => {
    const undecided = new Map<string, QueryKey>();
    const refetch = throttle(() => {
      for (const queryKey of undecided.values()) void queries.invalidateQueries({ queryKey, exact: true });
      undecided.clear();
    }, options.updateInterval ?? UPDATE_INTERVAL_MS);

    const stop = live.on(EVENTS, (change) => {
      const { touched, refetch: keys } = applyToSignals(queries, change);
      live.recent.add(touched);
      if (options.autoRefresh === false || !keys.length) return;
      for (const key of keys) undecided.set(JSON.stringify(key), key);
      refetch.call();
    });
    return () => {
      stop();
      refetch.cancel();
    };
  });
}

function describe({ envelope }: LiveChange): string | null {
  if (envelope.event !== 'signal:created') return null;
  const [only] = envelope.records ?? [];
  if (envelope.ids.length === 1 && only) return `New signal: ${String(only.title ?? only.signal_identifier)}`;
  return `${envelope.ids.length} new signals`;
}
