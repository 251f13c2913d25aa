import type { QueryClient } from '@tanstack/svelte-query';
import { throttle } from '../realtime/throttle.ts';
import { type ActivityFilters, fits } from './activity-filters.ts';
import { ACTIVITY_PAGE, activityKeys } from './activity-keys.ts';
import type { ActivityPage, ActivityPages } from './activity-page.ts';
import { missingFrom, toldIn, withNewest } from './merge-newest.ts';
import { type ToldLines, withTold } from './told-lines.ts';

/** What no message says is asked for at most this often. */
const ASK_MS = 1500;
/** More lines than this from messages in a list, and the database is asked for it. */
const TOLD_MAX = 200;

/** Asks for the newest `ACTIVITY_PAGE` lines that fit. */
export type FetchNewest = (filters: ActivityFilters) => Promise<ActivityPage>;

/** The list of activity that is on the page: news come by message, and wait while its reader is busy. */
export class OpenActivity {
  /** How many lines wait. */
  waiting = $state(0);
  #queries: QueryClient;
  #fetchNewest: FetchNewest;
  #filters: () => ActivityFilters;
  #busy: () => boolean;
  #closed: () => void;
  #held: ToldLines[] = [];
  #fresh: ActivityPage | null = null;
  #asking = false;
  #askAgain = false;
  #ask = throttle(() => void this.#fetch(), ASK_MS);
  #completing = throttle(() => {
    if (this.#isPartial()) void this.#fetch();
  }, ASK_MS);

  constructor(
    queries: QueryClient,
    fetchNewest: FetchNewest,
    filters: () => ActivityFilters,
    busy: () => boolean,
    closed: () => void,
  ) {
    this.#queries = queries;
    this.#fetchNewest = fetchNewest;
    this.#filters = filters;
    this.#busy = busy;
    this.#closed = closed;
  }

  /** @param told null for a change whose lines only the database knows */
  hear(told: ToldLines | null): void {
    if (!told) return this.#ask.call();
    const filters = this.#filters();
    const lines = told.lines.filter((line) => fits(line, filters));
    if (!lines.length || !this.#pages()) return;
    this.#held.push({ lines, names: told.names });
  }

  /** News are shown, or counted while the reader is busy. */
  release(): void {
    if (this.#asking) return;
    // More at once than a list begins with: drawing them all would take longer than asking for the newest.
    if (linesIn(this.#held) > ACTIVITY_PAGE) this.#ask.call();
    else if (!this.#busy()) return this.show();
    if (this.#busy()) this.#count();
  }

  show(): void {
    const [fresh, held, pages] = [this.#fresh, this.#held, this.#pages()];
    const key = this.#key();
    this.#drop();
    // What is shown during a question may be in its answer or not.
    this.#askAgain ||= this.#asking;
    if (!pages || !(fresh || held.length)) return;
    const merged = fresh ? withNewest(pages.pages, fresh, ACTIVITY_PAGE) : pages.pages;
    // More came than one look brought: from the top again, and what lies below as it is scrolled to.
    const [first, ...others] = merged ?? (fresh ? [fresh] : []);
    if (!first) return;
    const shown = [held.reduce(withTold, first), ...others];
    this.#queries.setQueryData<ActivityPages>(key, {
      pages: shown,
      pageParams: pages.pageParams.slice(0, shown.length),
    });
    if (toldIn(shown).length > TOLD_MAX) this.#ask.call();
  }

  /** Somebody looks: what messages left out is asked for. */
  complete(): void {
    if (!this.#asking && this.#isPartial()) this.#completing.call();
  }

  /** Other filters: what waited is not for them, and is asked for when somebody comes back. */
  forget(filters: ActivityFilters): void {
    if (!this.#held.length && !this.#fresh) return;
    this.#drop();
    void this.#queries.invalidateQueries({
      queryKey: activityKeys.list(filters),
      refetchType: 'none',
    });
  }

  close(): void {
    this.#ask.cancel();
    this.#completing.cancel();
    this.#closed();
  }

  async #fetch(): Promise<void> {
    const filters = this.#filters();
    if (!this.#pages()) return;
    if (this.#asking) return void (this.#askAgain = true);
    const told = [...this.#held];
    this.#asking = true;
    try {
      const fresh = await this.#fetchNewest(filters);
      if (filters !== this.#filters()) return;
      // What was told before the question is in the answer.
      this.#held = this.#held.filter((one) => !told.includes(one));
      this.#fresh = fresh;
      this.#count();
    } catch (error) {
      // The next change, poll or refresh asks again.
      console.warn('The newest activity could not be loaded:', error);
    } finally {
      this.#asking = false;
      if (this.#askAgain) this.#ask.call();
      this.#askAgain = false;
    }
    // Nothing new, only more of what is there: it moves nothing.
    if (!this.#busy() || this.waiting === 0) this.show();
  }

  #count(): void {
    const pages = this.#pages()?.pages ?? [];
    const fresh = this.#fresh ? missingFrom(pages, this.#fresh).length - toldIn(pages).length : 0;
    this.waiting = Math.max(0, fresh) + linesIn(this.#held);
  }

  #drop(): void {
    this.#held = [];
    this.#fresh = null;
    this.waiting = 0;
  }

  #isPartial = () => toldIn(this.#pages()?.pages ?? []).some(({ partial }) => partial);
  #key = () => activityKeys.list(this.#filters());
  #pages = () => this.#queries.getQueryData<ActivityPages>(this.#key());
}

const linesIn = (told: readonly ToldLines[]): number =>
  told.reduce((sum, { lines }) => sum + lines.length, 0);
