import { createQuery, useQueryClient, type QueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import { refusalOf } from '../actions/refusal.ts';
import { now } from '../clock.svelte.ts';
import { useLive } from '../realtime/live.svelte.ts';
import { browserClient } from '../supabase/browser-client.ts';
import { type Toasts, useToasts } from '../toasts.svelte.ts';
import type { Canary } from './canary.ts';
import { canaryQueries } from './canary-queries.ts';

/** Whoever does not begin in this time was not called: the schedule will. */
const BEGINS_WITHIN_MS = 40_000;

/** What an owner sees of the canaries, and does about them. What is refused is told in the corner. */
export class CanaryState {
  /** Being switched. */
  busy: boolean = $state(false);
  #asked = $state.raw<{ base: string; round: number | undefined; at: number } | null>(null);
  #canaries: { readonly data: Canary[] | undefined };
  #queries: QueryClient;
  #toasts: Toasts;

  constructor(
    canaries: { readonly data: Canary[] | undefined },
    { queries, toasts }: { queries: QueryClient; toasts: Toasts },
  ) {
    this.#canaries = canaries;
    this.#queries = queries;
    this.#toasts = toasts;
  }

  get canaries(): readonly Canary[] | undefined {
    return this.#canaries.data;
  }

  /** Whether one is in the air, or was asked to be and has not landed. */
  isFlying({ base_id, is_on, under_way, rounds }: Canary): boolean {
    const asked = this.#asked;
    if (!is_on || under_way || asked?.base !== base_id) return is_on && under_way;
    return rounds[0]?.id === asked.round && now() - asked.at < BEGINS_WITHIN_MS;
  }

  set(canary: Canary, change: { on?: boolean; minutes?: number }): Promise<void> {
    const { on = canary.is_on, minutes = canary.every_minutes } = change;
    return this.#do(async () => {
      const { error } = await browserClient().rpc('set_canary', {
        base: canary.base_id,
        switched_on: on,
        minutes,
      });
      if (error) throw error;
      if (on) this.#ask(canary);
    });
  }

  fly(canary: Canary): Promise<void> {
    return this.#do(async () => {
      const { error } = await browserClient().rpc('fly_canary', { base: canary.base_id });
      if (error) throw error;
      this.#ask(canary);
    });
  }

  refresh(): void {
    void this.#queries.invalidateQueries({ queryKey: canaryQueries.all().queryKey });
  }

  #ask({ base_id: base, rounds }: Canary): void {
    this.#asked = { base, round: rounds[0]?.id, at: Date.now() };
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
      await this.#queries.invalidateQueries({ queryKey: canaryQueries.all().queryKey });
    } catch (error) {
      this.#toasts.refuse(refusalOf(error).text);
    } finally {
      this.busy = false;
    }
  }
}

/** Kept true by the messages while the component is mounted. */
export function useCanaries(): CanaryState {
  const live = useLive();
  const canaries = createQuery(() => canaryQueries.all());
  const state = new CanaryState(canaries, { queries: useQueryClient(), toasts: useToasts() });
  onMount(() => live.on(['airtable:canary:changed'], () => state.refresh()));
  return state;
}
