import { error, redirect } from '@sveltejs/kit';
import type { QueryClient } from '@tanstack/svelte-query';
import { onlineManager } from '@tanstack/svelte-query';
import type { JoinableChannel } from '../../../../supabase/types/realtime.ts';
import type { Area } from './kept-owner.ts';

/** What the service worker answers in place of a server that it does not reach. */
export const isAway = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && (data as { away?: unknown }).away === true;

interface Session {
  me: { user_id: string };
  channels: JoinableChannel[];
}

const NOTHING_KEPT =
  'The server cannot be reached, and nothing of these pages is kept in this browser. Try again when the network is back.';

/**
 * What the server told this layout the last time, and the caches as they were left. Of two layouts the
 * person may have only the other one.
 */
export async function openKept<T extends Session>(area: Area, queries: QueryClient): Promise<T> {
  const [{ keptOwner }, { restoreQueries }] = await Promise.all([
    import('./kept-owner.ts'),
    import('./kept-queries.ts'),
  ]);
  // The library believes that there is a network until it hears otherwise.
  onlineManager.setOnline(navigator.onLine);
  const owner = await keptOwner();
  const session = owner?.sessions[area] as T | undefined;
  if (!owner || !session) {
    if (owner?.sessions.portal && area === 'app') redirect(307, '/portal');
    if (owner?.sessions.app && area === 'portal') redirect(307, '/');
    error(503, NOTHING_KEPT);
  }
  await restoreQueries(queries, owner.user);
  const channels = session.channels.map((channel) => ({
    ...channel,
    seq: owner.numbers[channel.name] ?? channel.seq,
  }));
  return { ...session, channels };
}

/** What of a layout's data is kept: not its caches, which are kept by themselves. */
export function sessionOf<T extends { queryClient: QueryClient; seeds: unknown; away: boolean }>(
  data: T,
): Omit<T, 'queryClient'> {
  const { queryClient: _caches, ...session } = data;
  return { ...session, seeds: [] };
}
