import type { QueryClient } from '@tanstack/svelte-query';
import { refusalOf } from '../actions/refusal.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import type { LiveState } from '../realtime/live.svelte.ts';
import type { Db } from '../supabase/schema.ts';
import type { Toasts } from '../toasts.svelte.ts';
import type { Notification } from './notification.ts';
import { notificationQueries } from './notification-queries.ts';
import { patchNotifications, patchUnread } from './patch-notifications.ts';

const EVENTS = ['notification:created', 'notification:updated', 'notification:removed'] as const;

/** What is told on the channel of this person goes into the caches, without a request. Returns how to stop. */
export function followNotifications(live: LiveState, queries: QueryClient): () => void {
  const shared = following.get(queries);
  const mine = shared ?? { users: 0, stop: live.on(EVENTS, (change) => apply(queries, change)) };
  following.set(queries, mine);
  mine.users += 1;
  return () => {
    mine.users -= 1;
    if (mine.users > 0) return;
    mine.stop();
    following.delete(queries);
  };
}

/** The bell and the page both need it, and each message is taken once. */
const following = new WeakMap<QueryClient, { users: number; stop: () => void }>();

function apply(queries: QueryClient, change: LiveChange): void {
  for (const [key, rows] of lists(queries)) {
    if (!rows) continue;
    const patched = patchNotifications(rows, Number(key[2]), change);
    if (patched.data !== rows) queries.setQueryData(key, patched.data);
    if (patched.refetch) void queries.invalidateQueries({ queryKey: key, exact: true });
  }
  const { queryKey } = notificationQueries.unread();
  const unread = queries.getQueryData(queryKey);
  if (!unread) return;
  const patched = patchUnread(unread, change);
  queries.setQueryData(queryKey, patched.data);
  if (patched.refetch) void queries.invalidateQueries({ queryKey, exact: true });
}

/** Marks those named, or all (null), as read: at once on the screen, then in the database. */
export async function markRead(
  ids: readonly string[] | null,
  { queries, db, toasts }: { queries: QueryClient; db: Db; toasts: Toasts },
): Promise<void> {
  const isMeant = (id: string) => ids === null || ids.includes(id);
  const at = new Date().toISOString();
  for (const [key, rows] of lists(queries)) {
    const read = rows?.map((row) =>
      row.read_at === null && isMeant(row.id) ? { ...row, read_at: at } : row,
    );
    queries.setQueryData(key, read);
  }
  const { queryKey } = notificationQueries.unread();
  queries.setQueryData(queryKey, (unread) => unread?.filter((id) => !isMeant(id)));

  const { error } = await db.rpc('mark_notifications_read', ids === null ? {} : { ids: [...ids] });
  if (!error) return;
  toasts.refuse(`Not marked as read. ${refusalOf(error).text}`);
  await queries.invalidateQueries({ queryKey: notificationQueries.all() });
}

const lists = (queries: QueryClient) =>
  queries.getQueriesData<Notification[]>({ queryKey: notificationQueries.lists() });
