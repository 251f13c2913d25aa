import { useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import { findRow } from '../actions/cached-rows.ts';
import { ACTIVITY_LOOK } from '../dashboard/latest.ts';
import { useLive } from '../realtime/live.svelte.ts';
import { throttle } from '../realtime/throttle.ts';
import { ACTIVITY_EVENTS } from './activity-events.ts';
import { activityQueries } from './activity-queries.ts';
import { patchLatest } from './patch-latest.ts';

const OWN_INTERVAL_MS = 2000;

/**
 * Keeps the newest activity true from the messages. To be used before what writes them into rows: what a row was
 * is known until then.
 */
export function useRealtimeActivity(me: string): void {
  const live = useLive();
  const queries = useQueryClient();
  const { queryKey } = activityQueries.latest(ACTIVITY_LOOK);

  onMount(() => {
    // The reader's own deeds were on the page before they were told, and have been a request anyway.
    const askAgain = throttle(
      () => void queries.invalidateQueries({ queryKey, exact: true }),
      OWN_INTERVAL_MS,
    );
    const stop = live.on(ACTIVITY_EVENTS, (change) => {
      const page = queries.getQueryData(queryKey);
      if (!page) return;
      if (!change.live || change.envelope.actor === me) return askAgain.call();
      queries.setQueryData(
        queryKey,
        patchLatest(page, change, (id) => findRow(queries, id), ACTIVITY_LOOK),
      );
    });
    return () => {
      stop();
      askAgain.cancel();
    };
  });
}
