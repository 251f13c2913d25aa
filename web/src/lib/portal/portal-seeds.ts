import {
  fetchNotifications,
  fetchUnread,
  notificationQueries,
  NOTIFICATIONS_STEP,
} from '../notifications/notification-queries.ts';
import { fetchRules, ruleQueries } from '../notifications/rule-queries.ts';
import type { Seed } from '../queries/query-client.ts';
import type { Db } from '../supabase/schema.ts';
import { fetchConnections, fetchCosts, fetchInbox, fetchPool, portalQueries } from './portal-queries.ts';

/**
 * What the portal shows first, fetched on the server so that the first paint is a filled one. What cannot
 * be fetched is left out: the page asks again, and says what is wrong.
 */
export async function portalSeeds(db: Db, routeId: string | null): Promise<Seed[]> {
  const wanted = [
    from(notificationQueries.unread().queryKey, () => fetchUnread(db)),
    from(portalQueries.inbox().queryKey, () => fetchInbox(db)),
    from(portalQueries.connections().queryKey, () => fetchConnections(db)),
    from(portalQueries.costs().queryKey, () => fetchCosts(db)),
  ];
  if (routeId === '/portal/pool') wanted.push(from(portalQueries.pool().queryKey, () => fetchPool(db)));
  if (routeId === '/portal/notifications') {
    wanted.push(
      from(notificationQueries.list(NOTIFICATIONS_STEP).queryKey, () =>
        fetchNotifications(db, NOTIFICATIONS_STEP),
      ),
      from(ruleQueries.mine().queryKey, () => fetchRules(db)),
    );
  }
  const seeds = await Promise.all(wanted);
  return seeds.filter((seed) => seed !== null);
}

async function from(queryKey: readonly unknown[], fetcher: () => Promise<unknown>): Promise<Seed | null> {
  try {
    return { queryKey, data: await fetcher() };
  } catch (error) {
    console.error(`No data for ${JSON.stringify(queryKey)} on the server`, error);
    return null;
  }
}
