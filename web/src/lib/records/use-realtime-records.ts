import { type QueryKey, useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import { ENTITIES } from '../entities/entities.ts';
import { useLive } from '../realtime/live.svelte.ts';
import { throttle } from '../realtime/throttle.ts';
import { applyToRecords } from './apply-to-records.ts';
import { SUB_EVENTS } from './sub-records.ts';

const EVENTS: readonly LiveEvent[] = [
  ...Object.values(ENTITIES).flatMap(({ events }) => Object.values(events)),
  ...SUB_EVENTS,
];
const UPDATE_INTERVAL_MS = 1000;

/**
 * Keeps cached records, their histories and the rows below them in step with every change, without a
 * request. Only what a message cannot decide is fetched again.
 */
export function useRealtimeRecords(): void {
  const live = useLive();
  const queries = useQueryClient();

  onMount(() => {
    const undecided = new Map<string, QueryKey>();
    const refetch = throttle(() => {
      for (const queryKey of undecided.values()) void queries.invalidateQueries({ queryKey, exact: true });
      undecided.clear();
    }, UPDATE_INTERVAL_MS);
    const stop = live.on(EVENTS, (change) => {
      const { touched, refetch: keys } = applyToRecords(queries, change);
      live.recent.add(touched);
      for (const key of keys) undecided.set(JSON.stringify(key), key);
      if (keys.length) refetch.call();
    });
    return () => {
      stop();
      refetch.cancel();
    };
  });
}
