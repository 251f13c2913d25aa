import { type QueryClient, replaceEqualDeep } from '@tanstack/svelte-query';
import { PendingEdits } from './pending-edits.ts';

const all = new WeakMap<QueryClient, PendingEdits>();

/** The edits on their way from the page of this client. */
export function pendingEditsOf(client: QueryClient): PendingEdits {
  let pending = all.get(client);
  if (!pending) all.set(client, (pending = new PendingEdits(client)));
  return pending;
}

/** For `structuralSharing`: what enters a cache is covered, and keeps the objects that did not change. */
export const shareCovered =
  (client: () => QueryClient) =>
  (before: unknown, after: unknown): unknown =>
    replaceEqualDeep<unknown>(before, pendingEditsOf(client()).cover(after));
