import { setQueryClientContext } from '@tanstack/svelte-query';
import { onMount } from 'svelte';
import { refreshAll } from '$app/navigation';
import { resolve } from '$app/paths';
import { ActivityFeed, setActivity } from '#lib/activity/activity-feed.ts';
import { fetchNewest } from '#lib/activity/activity-queries.ts';
import { Actions, setActions } from '#lib/actions/actions.svelte.ts';
import { OfflineState, setOffline } from '#lib/offline/offline.svelte.ts';
import { Overlays, setOverlays } from '#lib/palette/overlays.svelte.ts';
import { LiveState, setLive } from '#lib/realtime/live.svelte.ts';
import { watchSession } from '#lib/session.ts';
import { Settings, setSettings } from '#lib/settings/settings.svelte.ts';
import { setShortcuts, Shortcuts } from '#lib/shortcuts/shortcuts.svelte.ts';
import { browserClient } from '#lib/supabase/browser-client.ts';
import { setToasts, Toasts } from '#lib/toasts.svelte.ts';
import { sessionOf } from '#lib/offline/away.ts';
import type { LayoutData } from './$types';

/** What the pages of a session share, from sign-in to sign-out. Call it where the layout is made. */
export function setAppState(data: LayoutData): Settings {
  const { queryClient, me, channels, theme, density } = data;
  setQueryClientContext(queryClient);
  const toasts = setToasts(new Toasts());
  const settings = setSettings(new Settings(me.user_id, { theme, density }));
  const shortcuts = setShortcuts(new Shortcuts());
  setOverlays(new Overlays());
  const activity = setActivity(new ActivityFeed(queryClient, me.user_id, fetchNewest));
  const live = setLive(
    new LiveState({
      queries: queryClient,
      me,
      onRevoked: () => {
        activity.forget();
        toasts.say('What you may see has changed. The page shows what is left.');
        void refreshAll();
      },
      onRights: () => offline.rightsChanged(),
    }),
  );
  const offline = setOffline(
    new OfflineState({
      queries: queryClient,
      db: browserClient,
      user: me.user_id,
      area: 'app',
      toasts,
      session: sessionOf(data),
      channels,
      away: data.away,
      live,
      returned: () => {
        void live.refresh();
        void refreshAll();
      },
      signedOut: leave,
    }),
  );
  setActions(new Actions({ queries: queryClient, db: browserClient, me, toasts, outbox: offline }));

  $effect(() => {
    toasts.level = settings.toasts;
    shortcuts.characters = settings.characters;
  });
  $effect(() => offline.moved(live.status.kind));

  onMount(() => {
    const db = browserClient();
    const stopLive = live.start(db, channels);
    const stops = [
      stopLive,
      offline.start(),
      settings.follow(),
      shortcuts.listen(window),
      watchSession(db, me.user_id, {
        refreshed: () => void live.reauthorize(),
        signedOut: () => {
          stopLive();
          queryClient.clear();
          leave();
        },
      }),
    ];
    return () => stops.forEach((stop) => stop());
  });
  return settings;
}

/** A page load, not a navigation: nothing of this session stays in memory. */
const leave = () => location.assign(resolve('/sign-in'));
