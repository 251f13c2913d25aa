import { type QueryKey, useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import { useToasts } from '../toasts.svelte.ts';
import type { LiveChange } from './live-change.ts';
import { useLive } from './live.svelte.ts';
import { throttle } from './throttle.ts';

export interface RealtimeOptions {
  /** Say what changed in a short message. */
  enableToasts?: boolean;
  /** Fetch again what a message cannot decide. */
  autoRefresh?: boolean;
  /** At most one fetch in this time, and one after the last change, ms. */
  updateInterval?: number;
}

export interface RealtimeListOptions extends RealtimeOptions {
  /** Refetched when one of the events comes. */
  queryKeys: readonly QueryKey[];
  events: readonly LiveEvent[];
  onEvent?: (change: LiveChange) => void;
  /** The message for a change; null for none. */
  toast?: (change: LiveChange) => string | null;
  /** Messages of one group that come together are one. */
  toastGroup?: { group: string; several: (count: number) => string };
}

const UPDATE_INTERVAL_MS = 1000;

/** Keeps queries in step with events while the component is mounted. */
export function useRealtimeList(options: RealtimeListOptions): void {
  const live = useLive();
  const queries = useQueryClient();
  const toasts = useToasts();
  const { queryKeys, events, onEvent, toast, toastGroup, autoRefresh = true, enableToasts = false } = options;

  onMount(() => {
    const refresh = throttle(() => {
      for (const queryKey of queryKeys) void queries.invalidateQueries({ queryKey });
    }, options.updateInterval ?? UPDATE_INTERVAL_MS);
    const stop = live.on(events, (change) => {
      onEvent?.(change);
      const message = enableToasts && change.live ? toast?.(change) : null;
      if (message) toasts.say(message, { ...toastGroup, of: change.envelope.ids.length });
      if (autoRefresh) refresh.call();
    });
    return () => {
      stop();
      refresh.cancel();
    };
  });
}
