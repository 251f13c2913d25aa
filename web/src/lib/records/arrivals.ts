import type { QueryClient } from '@tanstack/svelte-query';
import { SvelteMap } from 'svelte/reactivity';
import type { LiveChange } from '../realtime/live-change.ts';

/** When a record's last change reached this page. */
export interface Arrival {
  /** Committed, ISO 8601. */
  at: string;
  /** It was an edit in Airtable; else it was made here. */
  fromAirtable: boolean;
  /** On this screen, ms since 1970. */
  shown: number;
}

/** Records whose arrival is remembered; the oldest are forgotten first. */
const RECORDS_MAX = 500;

/** When changes came to this page, by record. */
export class Arrivals {
  #records = new SvelteMap<string, Arrival>();

  of(id: string): Arrival | undefined {
    return this.#records.get(id);
  }

  note({ envelope, live }: Pick<LiveChange, 'envelope' | 'live'>, shown: number): void {
    // What was filled in from the log was not on its way: the page was.
    if (!live) return;
    const fromAirtable = envelope.source === 'airtable' || envelope.source === 'automation';
    for (const { id } of envelope.records ?? []) {
      this.#records.delete(String(id));
      this.#records.set(String(id), { at: envelope.at, fromAirtable, shown });
    }
    for (const id of this.#records.keys()) {
      if (this.#records.size <= RECORDS_MAX) break;
      this.#records.delete(id);
    }
  }
}

const all = new WeakMap<QueryClient, Arrivals>();

/** The arrivals at the page of this client. */
export function arrivalsOf(client: QueryClient): Arrivals {
  let arrivals = all.get(client);
  if (!arrivals) all.set(client, (arrivals = new Arrivals()));
  return arrivals;
}
