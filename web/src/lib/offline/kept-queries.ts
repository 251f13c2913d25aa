import type { QueryClient, QueryKey } from '@tanstack/svelte-query';
import { pendingEditsOf } from '../actions/pending-edits-of.ts';
import { answer, inKept } from './kept-database.ts';
import { isTheirs, readOwner, writeOwner } from './kept-owner.ts';

interface KeptQuery {
  hash: string;
  queryKey: QueryKey;
  data: unknown;
  /** When the data were fetched or last changed, ms since 1970. */
  updatedAt: number;
}

/** Pages that were last looked at longer ago than the newest of these are not kept. */
const QUERIES_MAX = 200;
const WRITE_EVERY_MS = 1000;

export interface KeeperOptions {
  queries: QueryClient;
  user: string;
  /** The channels that the page has now; what it holds is theirs. */
  channels: () => readonly string[];
  /** How far each channel's log is applied to the caches, and since when nothing newer is known; null while not live. */
  numbers: () => Record<string, number> | null;
}

/** Keeps what the page's queries hold, for a day without network. Returns how to stop. */
export function keepQueries(options: KeeperOptions): () => void {
  const { queries } = options;
  const dirty = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const hashes = [...dirty];
    dirty.clear();
    writeQueries(options, hashes).catch((error: unknown) => {
      // Full, or private browsing: the page works without.
      console.warn('The page could not be kept for working offline:', error);
    });
  };
  const note = (hash: string) => {
    dirty.add(hash);
    timer ??= setTimeout(write, WRITE_EVERY_MS);
  };
  for (const { queryHash } of queries.getQueryCache().getAll()) note(queryHash);
  const stop = queries.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'added' || type === 'updated') note(query.queryHash);
  });
  const hide = () => {
    if (document.visibilityState === 'hidden') write();
  };
  document.addEventListener('visibilitychange', hide);
  return () => {
    stop();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', hide);
  };
}

async function writeQueries({ queries, user, channels, numbers }: KeeperOptions, hashes: string[]) {
  const pending = pendingEditsOf(queries);
  const kept = hashes.flatMap((hash): KeptQuery[] => {
    const query = queries.getQueryCache().get(hash);
    if (!query || query.state.status !== 'success' || query.state.data === undefined) return [];
    const { data, dataUpdatedAt } = query.state;
    // Edits on their way are kept by themselves, and come on top again.
    return [{ hash, queryKey: query.queryKey, data: pending.uncover(data), updatedAt: dataUpdatedAt }];
  });
  const names = channels();
  const reached = numbers();
  await inKept('readwrite', async (stores) => {
    const owner = await readOwner(stores);
    // Somebody signed out, or a right is gone, and this page has not heard of it yet.
    if (!isTheirs(owner, user, names)) return;
    for (const query of kept) await answer(stores.queries.put(query));
    if (reached) await writeOwner(stores, { ...owner!, numbers: reached, liveAt: Date.now() });
  });
}

/** Fills the caches with what is kept; what they hold already stays. How many came. */
export async function restoreQueries(queries: QueryClient, user: string): Promise<number> {
  const kept = await inKept('readonly', async (stores) => {
    const owner = await readOwner(stores);
    return owner?.user === user ? ((await answer(stores.queries.getAll())) as KeptQuery[]) : [];
  });
  let restored = 0;
  for (const { queryKey, data, updatedAt } of kept) {
    if (queries.getQueryData(queryKey) !== undefined) continue;
    // Nobody can fetch it again: it stays as long as the page.
    queries.getQueryCache().build(queries, { queryKey, gcTime: Infinity });
    queries.setQueryData(queryKey, data, { updatedAt });
    restored += 1;
  }
  return restored;
}

/** Lets go of the oldest above the bound. */
export async function pruneQueries(): Promise<void> {
  await inKept('readwrite', async ({ queries }) => {
    const kept = (await answer(queries.getAll())) as KeptQuery[];
    const old = kept.sort((a, b) => b.updatedAt - a.updatedAt).slice(QUERIES_MAX);
    for (const { hash } of old) await answer(queries.delete(hash));
  });
}
