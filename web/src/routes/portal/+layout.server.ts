import { error, redirect } from '@sveltejs/kit';
import { fetchStartups } from '#lib/portal/portal-queries.ts';
import { portalSeeds } from '#lib/portal/portal-seeds.ts';
import { fetchChannels } from '#lib/realtime/change-log-api.ts';
import { readTheme } from '#lib/theme.ts';
import type { LayoutServerLoad } from './$types';

/** Whose portal this is, and the data of the first page. */
export const load: LayoutServerLoad = async ({ locals, cookies, route, untrack }) => {
  const { supabase, visitor } = locals;
  if (visitor.kind !== 'user') {
    error(503, 'The server at the other end did not answer. Nothing is lost; try again in a moment.');
  }
  // The channels' numbers are read before the data: changes made in between are filled in, not missed.
  const [startups, channels] = await Promise.all([fetchStartups(supabase), fetchChannels(supabase)]).catch(
    (cause: unknown) => {
      console.error('The startups of a person or my_channels failed', cause);
      error(503, 'The database did not answer. Nothing is lost; try again in a moment.');
    },
  );
  // Staff go on to their dashboard from there.
  if (startups.length === 0) redirect(303, '/no-access');
  return {
    me: { user_id: visitor.id, email: visitor.email },
    theme: readTheme(cookies.get('theme')),
    startups,
    channels,
    seeds: await untrack(() => portalSeeds(supabase, route.id)),
  };
};
