import { useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import { MetricsFeed } from '../dashboard/metrics-feed.ts';
import { useLive } from './live.svelte.ts';
import type { RealtimeOptions } from './use-realtime-list.ts';

const METRICS_INTERVAL_MS = 2000;

/**
 * Keeps the dashboard's numbers and curves true from the messages alone: at most one update in 2 s, and at
 * least one while changes go on.
 */
export function useRealtimeMetrics(options: Omit<RealtimeOptions, 'enableToasts'> = {}): void {
  const live = useLive();
  const queries = useQueryClient();

  onMount(() => {
    const feed = new MetricsFeed(queries, options.updateInterval ?? METRICS_INTERVAL_MS, options.autoRefresh);
    const stop = live.on(MetricsFeed.EVENTS, (change) => feed.add(change));
    return () => {
      stop();
      feed.stop();
    };
  });
}
