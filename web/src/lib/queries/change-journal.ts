import type { QueryClient } from '@tanstack/svelte-query';
import type { LiveChange } from '../realtime/live-change.ts';
import type { Patch } from './row-patch.ts';

/** More changes than this during one request, and the answer is asked for again instead. */
const JOURNAL_MAX = 500;

/**
 * The changes of late. An answer of the database shows the moment it was read; a change that was
 * committed and broadcast while the answer was on its way would be overwritten by it. So an answer
 * takes in, before it is shown, what came since its request began.
 */
export class ChangeJournal {
  #entries: LiveChange[] = [];
  #dropped = 0;

  add(change: LiveChange): void {
    this.#entries.push(change);
    if (this.#entries.length > JOURNAL_MAX) {
      this.#entries.shift();
      this.#dropped += 1;
    }
  }

  /** A place in time, for `since`. */
  mark(): number {
    return this.#dropped + this.#entries.length;
  }

  /** What was added after `mark`; null when some of it is no longer here. */
  since(mark: number): LiveChange[] | null {
    return mark < this.#dropped ? null : this.#entries.slice(mark - this.#dropped);
  }
}

const journals = new WeakMap<QueryClient, ChangeJournal>();

export function journalOf(client: QueryClient): ChangeJournal {
  let journal = journals.get(client);
  if (!journal) journals.set(client, (journal = new ChangeJournal()));
  return journal;
}

/** A stream of changes that only the database can place must not keep an answer from being shown. */
const ATTEMPTS_MAX = 3;

/**
 * Fetches, and takes in what changed meanwhile; asks again where a change cannot be taken in.
 * @param patch takes one change into the data; must leave data alone that already hold it
 */
export async function fetchWithJournal<T>(
  client: QueryClient,
  fetcher: () => Promise<T>,
  patch: (data: T, change: LiveChange) => Patch<T>,
): Promise<T> {
  const journal = journalOf(client);
  for (let attempt = 1; ; attempt++) {
    const mark = journal.mark();
    let data: T = await fetcher();
    const changes = journal.since(mark);
    let again = changes === null;
    for (const change of changes ?? []) {
      const patched = patch(data, change);
      data = patched.data;
      again ||= patched.refetch;
    }
    if (!again || attempt === ATTEMPTS_MAX) return data;
  }
}
