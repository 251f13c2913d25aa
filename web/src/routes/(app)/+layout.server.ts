import { error, redirect } from '@sveltejs/kit';
import { FIRST_MINUTE_COOKIE } from '#lib/first-minute-cookie.ts';
import { fetchChannels } from '#lib/realtime/change-log-api.ts';
import { columnCookies } from '#lib/lists/columns.ts';
import { seedsFor } from '#lib/server/page-data.ts';
import { readDensity } from '#lib/settings/density.ts';
import { readTheme } from '#lib/theme.ts';
import type { LayoutServerLoad } from './$types';

/** Who is here, and the data of the first page. Later pages ask the database themselves. */
export const load: LayoutServerLoad = async ({ locals, cookies, route, url, untrack }) => {
  const { supabase, visitor } = locals;
  if (visitor.kind === 'unknown') {
    error(
      503,
      `The server at the other end did not answer (${visitor.cause}). Nothing is lost; try again in a moment.`,
    );
  }
  // The channels' numbers are read before the data: changes made in between are filled in, not missed.
  const [me, channels] = await Promise.all([supabase.rpc('whoami'), fetchChannels(supabase)]).catch(
    (cause: unknown) => {
      console.error('whoami or my_channels failed', cause);
      error(503, 'The database did not answer. Nothing is lost; try again in a moment.');
    },
  );
  if (me.error) {
    console.error('whoami failed', me.error);
    error(503, 'The database did not answer. Nothing is lost; try again in a moment.');
  }
  if (!me.data) redirect(303, '/no-access');

  const seeds = await untrack(() => seedsFor(supabase, route.id, url));
  return {
    me: me.data,
    email: visitor.kind === 'user' ? visitor.email : null,
    theme: readTheme(cookies.get('theme')),
    density: readDensity(cookies.get('density')),
    channels,
    seeds,
    columns: columnCookies(cookies.getAll()),
    sidebarCollapsed: cookies.get('sidebar') === 'collapsed',
    firstMinute: cookies.get(FIRST_MINUTE_COOKIE) !== 'done',
  };
};
