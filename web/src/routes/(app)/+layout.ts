import type { QueryClient } from '@tanstack/svelte-query';
import { browser } from '$app/env';
import { isAway, openKept } from '#lib/offline/away.ts';
import { createQueryClient, seed } from '#lib/queries/query-client.ts';
import type { LayoutLoad } from './$types';

/** The caches of this page; on the server every request has its own. */
let pageClient: QueryClient | undefined;

export const load: LayoutLoad = async ({ data }) => {
  const queryClient = browser ? (pageClient ??= createQueryClient()) : createQueryClient();
  const away = isAway(data);
  const session = away ? await openKept<typeof data>('app', queryClient) : data;
  seed(queryClient, session.seeds);
  return { ...session, queryClient, away };
};
