import type { QueryClient } from '@tanstack/svelte-query';
import type { DashboardMetrics, LiveEvent } from '../../../../supabase/types/realtime.ts';
import { metricQueries } from '../queries/metrics.ts';
import { patchMetrics } from '../queries/patch-metrics.ts';
import type { Patch } from '../queries/row-patch.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { throttle } from '../realtime/throttle.ts';
import { patchTrends, type Trends } from './patch-trends.ts';
import { trendQueries } from './trend-queries.ts';

/** Collects changes, and takes all that came together into the numbers and the curves at once. */
export class MetricsFeed {
  static readonly EVENTS: readonly LiveEvent[] = [
    'signal:created',
    'connection:created',
    'connection:updated',
    'metrics:updated',
  ];

  #queries: QueryClient;
  #autoRefresh: boolean;
  #changes: LiveChange[] = [];
  #flush: ReturnType<typeof throttle>;

  /** @param autoRefresh fetch again what no message tells */
  constructor(queries: QueryClient, intervalMs: number, autoRefresh = true) {
    this.#queries = queries;
    this.#autoRefresh = autoRefresh;
    this.#flush = throttle(() => this.#apply(), intervalMs);
  }

  add(change: LiveChange): void {
    this.#changes.push(change);
    this.#flush.call();
  }

  stop(): void {
    this.#flush.cancel();
  }

  #apply(): void {
    const changes = this.#changes;
    this.#changes = [];
    this.#take<DashboardMetrics>(metricQueries.dashboard().queryKey, changes, patchMetrics);
    for (const { queryKey } of this.#queries.getQueryCache().findAll({ queryKey: trendQueries.all() }))
      this.#take<Trends>(queryKey, changes, patchTrends);
  }

  #take<T>(
    queryKey: readonly unknown[],
    changes: readonly LiveChange[],
    patch: (data: T, change: LiveChange) => Patch<T>,
  ): void {
    const before = this.#queries.getQueryData<T>(queryKey);
    if (before === undefined) return;
    let data: T = before;
    let refetch = false;
    for (const change of changes) {
      const patched = patch(data, change);
      data = patched.data;
      refetch ||= patched.refetch;
    }
    if (data !== before) this.#queries.setQueryData(queryKey, data);
    if (refetch && this.#autoRefresh) void this.#queries.invalidateQueries({ queryKey, exact: true });
  }
}
