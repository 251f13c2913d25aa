import type { LiveChange } from '../realtime/live-change.ts';
import { type Patch, unchanged } from '../queries/row-patch.ts';
import type { Notification } from './notification.ts';

const isOurs = ({ channel, envelope }: LiveChange) =>
  channel.startsWith('user:') && envelope.event.startsWith('notification:');

/** Takes a message into the newest `limit` of the list. Applied twice, it is applied once. */
export function patchNotifications(
  rows: Notification[],
  limit: number,
  change: LiveChange,
): Patch<Notification[]> {
  if (!isOurs(change)) return unchanged(rows);
  const { event, ids, records, truncated } = change.envelope;
  if (truncated) return { ...unchanged(rows), refetch: true };
  const isFull = rows.length >= limit;
  const others = rows.filter(({ id }) => !ids.includes(id));
  if (event === 'notification:removed') {
    if (others.length === rows.length) return unchanged(rows);
    return { data: others, touched: [], refetch: isFull };
  }
  const last = rows.at(-1);
  const told = (records ?? []) as unknown as Notification[];
  // One that is older than the page's last may have another before it that the page does not know.
  const shown = told.filter((row) => !isFull || !last || row.created_at >= last.created_at);
  if (!shown.length && others.length === rows.length) return unchanged(rows);
  const data = [...shown, ...others].sort(newestFirst).slice(0, limit);
  return { data, touched: shown.map(({ id }) => ({ id, fields: ['title'] })), refetch: false };
}

/** Takes a message into the ids of the unread ones. */
export function patchUnread(ids: string[], change: LiveChange): Patch<string[]> {
  if (!isOurs(change)) return unchanged(ids);
  const { envelope } = change;
  if (envelope.truncated) return { ...unchanged(ids), refetch: true };
  const others = ids.filter((id) => !envelope.ids.includes(id));
  const told = (envelope.records ?? []) as unknown as Notification[];
  const unread = told.filter(({ read_at }) => read_at === null).map(({ id }) => id);
  return { data: [...unread, ...others], touched: [], refetch: false };
}

const newestFirst = (a: Notification, b: Notification) =>
  b.created_at.localeCompare(a.created_at) || a.id.localeCompare(b.id);
