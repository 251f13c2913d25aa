import { type QueryClient, setQueryClientContext } from '@tanstack/svelte-query';
import { flushSync } from 'svelte';
import { setToasts, type Toasts } from '../../toasts.svelte.ts';
import { ChangeListeners } from '../change-listeners.ts';
import type { LiveChange } from '../live-change.ts';
import { type LiveState, setLive } from '../live.svelte.ts';
import { RecentChanges } from '../recent-changes.svelte.ts';
import InComponent from './in-component.svelte';

/** What composables have of a page, without its connection: the test says what comes. */
export class FakeLive {
  readonly recent = new RecentChanges();
  #listeners = new ChangeListeners();
  #queries: QueryClient;
  #toasts: Toasts;

  constructor(queries: QueryClient, toasts: Toasts) {
    this.#queries = queries;
    this.#toasts = toasts;
  }

  on = this.#listeners.add.bind(this.#listeners);

  tell(...changes: LiveChange[]): void {
    for (const change of changes) this.#listeners.tell(change);
  }

  /** Uses a composable as a mounted component does. Returns how to leave it. */
  mount(use: () => void): () => void {
    const leave = $effect.root(() => {
      InComponent({} as never, {
        setUp: () => {
          setLive(this as unknown as LiveState);
          setQueryClientContext(this.#queries);
          setToasts(this.#toasts);
          use();
        },
      });
    });
    flushSync();
    return leave;
  }
}
