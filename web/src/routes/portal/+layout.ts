import type { QueryClient } from '@tanstack/svelte-query';
import { browser } from '$app/env';
import { isAway, openKept } from '#lib/offline/away.ts';
import { portalQueries } from '#lib/portal/portal-queries.ts';
import { createQueryClient, seed } from '#lib/queries/query-client.ts';
import type { LayoutLoad } from './$types';

/** The caches of this page; on the server every request has its own. */
let pageClient: QueryClient | undefined;

export const load: LayoutLoad = async ({ data }) => {
  const queryClient = browser ? (pageClient ??= createQueryClient()) : createQueryClient();
  if (isAway(data))
    return { ...(await openKept<typeof data>('portal', queryClient)), queryClient, away: true };
  seed(queryClient, data.seeds);
  seed(queryClient, [{ queryKey: portalQueries.startups().queryKey, data: data.startups }]);
  return { ...data, queryClient, away: false };
};
