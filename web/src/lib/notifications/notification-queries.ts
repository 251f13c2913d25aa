import { queryOptions } from '@tanstack/svelte-query';
import { fetchWithJournal } from '../queries/change-journal.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import { NOTIFICATION_COLUMNS, type Notification } from './notification.ts';
import { patchNotifications, patchUnread } from './patch-notifications.ts';

/** How many are read at a time. */
export const NOTIFICATIONS_STEP = 50;
/** More unread ones than this are told as so many. */
export const UNREAD_MAX = 1000;

export const notificationQueries = {
  all: () => ['notifications'] as const,
  lists: () => ['notifications', 'list'] as const,

  /** The newest, so many. */
  list: (limit: number) =>
    queryOptions({
      queryKey: [...notificationQueries.lists(), limit] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(
          client,
          () => fetchNotifications(browserClient(), limit, signal),
          (rows, change) => patchNotifications(rows, limit, change),
        ),
    }),

  /** The ids of all that are unread: the badge counts them. */
  unread: () =>
    queryOptions({
      queryKey: ['notifications', 'unread'] as const,
      queryFn: ({ client, signal }) =>
        fetchWithJournal(client, () => fetchUnread(browserClient(), signal), patchUnread),
    }),
};

export async function fetchNotifications(
  db: Db,
  limit: number,
  signal?: AbortSignal,
): Promise<Notification[]> {
  const query = db
    .from('notifications')
    .select(NOTIFICATION_COLUMNS)
    .order('created_at', { ascending: false })
    .order('id')
    .limit(limit);
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return data;
}

export async function fetchUnread(db: Db, signal?: AbortSignal): Promise<string[]> {
  const query = db.from('notifications').select('id').is('read_at', null).limit(UNREAD_MAX);
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return data.map(({ id }) => id);
}
