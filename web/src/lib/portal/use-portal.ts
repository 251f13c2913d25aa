import { type QueryKey, useQueryClient } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import type { Patch } from '../queries/row-patch.ts';
import { useLive } from '../realtime/live.svelte.ts';
import { PORTAL_EVENTS, PORTAL_PATCHES } from './patch-portal.ts';
import { portalQueries } from './portal-queries.ts';

/** Writes what is told to a startup into the lists of the portal, without a request, and marks what others changed. */
export function useRealtimePortal(userId: string): void {
  const live = useLive();
  const queries = useQueryClient();

  onMount(() =>
    live.on(PORTAL_EVENTS as LiveEvent[], (change) => {
      const write = <Row>(queryKey: QueryKey, patch: (rows: Row[]) => Patch<Row[]>) => {
        const rows = queries.getQueryData<Row[]>(queryKey);
        if (!rows) return;
        const { data, touched, refetch } = patch(rows);
        if (data !== rows) queries.setQueryData(queryKey, data);
        if (change.live && change.envelope.actor !== userId)
          live.recent.add(touched.map(({ id }) => ({ id, fields: ['row'] })));
        if (refetch) void queries.invalidateQueries({ queryKey, exact: true });
      };
      for (const name of ['inbox', 'pool', 'connections', 'startups'] as const) {
        write(
          portalQueries[name]().queryKey,
          (rows) => PORTAL_PATCHES[name](rows as never, change) as Patch<never[]>,
        );
      }
      const startupId = change.channel.slice('startup:'.length);
      write(
        portalQueries.lines(startupId).queryKey,
        (rows) => PORTAL_PATCHES.lines(rows as never, change, startupId) as Patch<never[]>,
      );
    }),
  );
}
