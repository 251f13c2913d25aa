import type { InfiniteData, QueryClient } from '@tanstack/svelte-query';
import { throttle } from '../realtime/throttle.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { ActivityFilters } from './activity-filters.ts';
import { ACTIVITY_PAGE, type ActivityPage, activityQueries, fetchActivity } from './activity-queries.ts';
import { missingFrom, withNewest } from './merge-newest.ts';

/** After a change, and at most this often while changes go on. */
const LOOK_MS = 1500;

type Pages = InfiniteData<ActivityPage, number | null>;

/** News for the list of one filter: fetched when something changed, shown when the reader is ready. */
export class ActivityNews {
  /** How many lines wait. */
  waiting = $state(0);
  #queries: QueryClient;
  #filters: () => ActivityFilters;
  #busy: () => boolean;
  #fresh: ActivityPage | null = null;
  #look = throttle(() => void this.#fetch(), LOOK_MS);

  constructor(queries: QueryClient, filters: () => ActivityFilters, busy: () => boolean) {
    this.#queries = queries;
    this.#filters = filters;
    this.#busy = busy;
  }

  /** Something changed that may be in the list. */
  changed(): void {
    this.#look.call();
  }

  show(): void {
    const key = this.#key(this.#filters());
    const fresh = this.#fresh;
    this.forget();
    const pages = this.#queries.getQueryData<Pages>(key);
    if (!fresh || !pages) return;
    const merged = withNewest(pages.pages, fresh, ACTIVITY_PAGE);
    if (merged) this.#queries.setQueryData<Pages>(key, { ...pages, pages: merged });
    // More came than one look brought: from the top again.
    else void this.#queries.resetQueries({ queryKey: key });
  }

  /** Other filters: what waited is not for them. */
  forget(): void {
    this.#fresh = null;
    this.waiting = 0;
  }

  stop(): void {
    this.#look.cancel();
  }

  async #fetch(): Promise<void> {
    const filters = this.#filters();
    const pages = this.#queries.getQueryData<Pages>(this.#key(filters));
    if (!pages) return;
    try {
      const fresh = await fetchActivity(browserClient(), filters, { size: ACTIVITY_PAGE });
      if (filters !== this.#filters()) return;
      this.#fresh = fresh;
      this.waiting = missingFrom(pages.pages, fresh).length;
      if (!this.#busy()) this.show();
    } catch (error) {
      // The next change, poll or refresh asks again.
      console.warn('The newest activity could not be loaded:', error);
    }
  }

  #key = (filters: ActivityFilters) => activityQueries.list(filters).queryKey;
}
