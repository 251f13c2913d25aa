import type { QueryClient } from '@tanstack/svelte-query';
import { createContext } from 'svelte';
import { findRow } from '../actions/cached-rows.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { throttle } from '../realtime/throttle.ts';
import type { ActivityFilters } from './activity-filters.ts';
import { ACTIVITY_LOOK, activityKeys } from './activity-keys.ts';
import type { ActivityPage } from './activity-page.ts';
import { HeardRows } from './heard-rows.ts';
import { type FetchNewest, OpenActivity } from './open-activity.svelte.ts';
import { type ToldLines, toldLines, withTold } from './told-lines.ts';

/** News are shown at once, and at most this often while changes go on. */
const SHOW_MS = 250;
const ASK_MS = 2000;

/** Keeps the activity true from the messages: the newest lines of all, and the list that is open. */
export class ActivityFeed {
  #queries: QueryClient;
  #me: string;
  #fetchNewest: FetchNewest;
  #heard = new HeardRows();
  #list: OpenActivity | null = null;
  #told: ToldLines[] = [];
  #latest = activityKeys.latest();
  #show = throttle(() => this.#release(), SHOW_MS);
  #ask = throttle(
    () => void this.#queries.invalidateQueries({ queryKey: this.#latest, exact: true }),
    ASK_MS,
  );

  /** @param me the reader's id */
  constructor(queries: QueryClient, me: string, fetchNewest: FetchNewest) {
    this.#queries = queries;
    this.#me = me;
    this.#fetchNewest = fetchNewest;
  }

  /** Must hear of a change before it is written into rows: what a row was is known until then. */
  hear(change: LiveChange): void {
    const told = this.#tell(change);
    if (told && !told.lines.length) return;
    this.#outdate();
    this.#list?.hear(told);
    if (!told) {
      if (this.#queries.getQueryData(this.#latest)) this.#ask.call();
      return;
    }
    this.#told.push(told);
    this.#show.call();
  }

  /** A list that is on the page, until its `close()`. */
  open(filters: () => ActivityFilters, busy: () => boolean): OpenActivity {
    const list = new OpenActivity(this.#queries, this.#fetchNewest, filters, busy, () => {
      if (this.#list === list) this.#list = null;
    });
    this.#list = list;
    return list;
  }

  /** Messages may have been missed, or rows lost: what was heard is compared with no more. */
  forget(): void {
    this.#heard.clear();
    this.#told = [];
  }

  stop(): void {
    this.#show.cancel();
    this.#ask.cancel();
  }

  #tell(change: LiveChange): ToldLines | null {
    const { envelope, live } = change;
    if (!live) this.#heard.clear();
    // The reader's own deeds were on the page before they were told, and have been a request anyway.
    const told =
      live && envelope.actor !== this.#me
        ? toldLines(change, (id) => this.#heard.get(id) ?? findRow(this.#queries, id))
        : null;
    this.#heard.add(envelope);
    return told;
  }

  #release(): void {
    const told = this.#told;
    this.#told = [];
    this.#queries.setQueryData<ActivityPage>(this.#latest, (page) => {
      if (!page) return page;
      const { lines, names } = told.reduce(withTold, page);
      return { lines: lines.slice(0, ACTIVITY_LOOK), names };
    });
    this.#list?.release();
  }

  /** Lists that nobody looks at are asked for when somebody does. */
  #outdate(): void {
    void this.#queries.invalidateQueries({
      queryKey: activityKeys.lists(),
      refetchType: 'none',
      predicate: (query) => !query.isActive() && !query.state.isInvalidated,
    });
  }
}

export const [useActivity, setActivity] = createContext<ActivityFeed>();
