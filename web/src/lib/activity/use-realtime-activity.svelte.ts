import { onMount } from 'svelte';
import { useLive } from '../realtime/live.svelte.ts';
import { ACTIVITY_EVENTS } from './activity-events.ts';
import { useActivity } from './activity-feed.ts';

/** Keeps the activity true from the messages. To be used before what writes them into rows. */
export function useRealtimeActivity(): void {
  const live = useLive();
  const feed = useActivity();

  $effect(() => {
    if (live.status.kind !== 'live') feed.forget();
  });
  onMount(() => {
    const stop = live.on(ACTIVITY_EVENTS, (change) => feed.hear(change));
    return () => {
      stop();
      feed.stop();
    };
  });
}
