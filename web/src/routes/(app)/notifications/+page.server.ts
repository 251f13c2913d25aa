import {
  fetchNotifications,
  fetchUnread,
  notificationQueries,
  NOTIFICATIONS_STEP,
} from '#lib/notifications/notification-queries.ts';
import { fetchRules, ruleQueries } from '#lib/notifications/rule-queries.ts';
import type { Seed } from '#lib/queries/query-client.ts';
import type { PageServerLoad } from './$types';

/** Filled at the first paint. Coming from another page, the page asks the database itself, and shows at once. */
export const load: PageServerLoad = async ({ locals: { supabase }, isDataRequest }) => {
  if (isDataRequest) return { seeded: [] };
  try {
    const [rows, unread, rules] = await Promise.all([
      fetchNotifications(supabase, NOTIFICATIONS_STEP),
      fetchUnread(supabase),
      fetchRules(supabase),
    ]);
    const seeded: Seed[] = [
      { queryKey: notificationQueries.list(NOTIFICATIONS_STEP).queryKey, data: rows },
      { queryKey: notificationQueries.unread().queryKey, data: unread },
      { queryKey: ruleQueries.mine().queryKey, data: rules },
    ];
    return { seeded };
  } catch (error) {
    console.error('No notifications on the server', error);
    return { seeded: [] };
  }
};
