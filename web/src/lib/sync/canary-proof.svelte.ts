import { createQuery, useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import { now } from '../clock.svelte.ts';
import { useLive } from '../realtime/live.svelte.ts';
import type { Proof } from './canary.ts';
import { canaryQueries } from './canary-queries.ts';

const SECONDS_SHOWN_MS = 60_000;

const everySecond = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** The time, for how long ago this was: by the second while seconds are shown. */
export function timeSince(time: string | null | undefined): number {
  const at = now();
  if (!(at - Date.parse(time ?? '') < SECONDS_SHOWN_MS)) return at;
  everySecond();
  return Date.now();
}

/** When Live was last proven, kept true by the messages of the channel `network`. */
export function useProof(): { readonly current: Proof | null | undefined } {
  const live = useLive();
  const queries = useQueryClient();
  const { queryKey } = canaryQueries.proof();
  const proof = createQuery(() => canaryQueries.proof());

  onMount(() =>
    live.on(['airtable:canary:changed'], ({ envelope }) => {
      const told = envelope.records?.[0] as unknown as Proof | undefined;
      if (told) queries.setQueryData(queryKey, (known) => (known && known.at > told.at ? known : told));
    }),
  );
  return {
    get current() {
      return proof.data;
    },
  };
}
