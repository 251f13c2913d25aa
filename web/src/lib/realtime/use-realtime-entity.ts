import { type QueryKey, useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import type { Entity } from '../entities/entity.ts';
import { applyToLists } from '../queries/apply-to-lists.ts';
import type { LiveChange } from './live-change.ts';
import { useLive } from './live.svelte.ts';
import { throttle } from './throttle.ts';
import { type RealtimeOptions, useRealtimeList } from './use-realtime-list.ts';

const UPDATE_INTERVAL_MS = 1000;

/**
 * Writes every change of an entity's rows into the cached lists, without a request. Lists that a message
 * cannot decide are fetched again, and only those. To be used once an entity.
 */
export function useRealtimeEntity(entity: Entity, options: RealtimeOptions = {}): void {
  const live = useLive();
  const queries = useQueryClient();
  const events = Object.values(entity.events);

  useRealtimeList({
    ...options,
    queryKeys: [],
    autoRefresh: false,
    events,
    toast: (change) => describe(entity, change),
    toastGroup: {
      group: entity.events.created,
      several: (count) => `${count} new ${entity.plural}`,
    },
  });

  onMount(() => {
    const undecided = new Map<string, QueryKey>();
    const refetch = throttle(() => {
      for (const queryKey of undecided.values()) void queries.invalidateQueries({ queryKey, exact: true });
      undecided.clear();
    }, options.updateInterval ?? UPDATE_INTERVAL_MS);

    const stop = live.on(events, (change) => {
      const { touched, refetch: keys } = applyToLists(queries, change);
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

/** News are rows that came; one message for all that came together. */
function describe({ events, singular, plural, title }: Entity, { envelope }: LiveChange): string | null {
  if (envelope.event !== events.created) return null;
  const [only] = envelope.records ?? [];
  return envelope.ids.length === 1 && only
    ? `New ${singular}: ${title(only)}`
    : `${envelope.ids.length} new ${plural}`;
}
