import { metricQueries } from '../queries/metrics.ts';
import { type RealtimeOptions, useRealtimeList } from './use-realtime-list.ts';

const METRICS_INTERVAL_MS = 2000;

/** Keeps the dashboard's numbers true: at most one update in 2 s, and at least one while changes go on. */
export function useRealtimeMetrics(options: RealtimeOptions = {}): void {
  useRealtimeList({
    updateInterval: METRICS_INTERVAL_MS,
    ...options,
    queryKeys: [metricQueries.all()],
    events: ['metrics:updated'],
  });
}
