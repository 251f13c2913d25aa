import type { Database } from '../../../../supabase/types/database.ts';
import type { Region } from '../../../../supabase/types/realtime.ts';

/** A row of notifications, as the page keeps it. */
export type Notification = Pick<
  Database['public']['Tables']['notifications']['Row'],
  'id' | 'kind' | 'title' | 'body' | 'entity' | 'entity_id' | 'severity' | 'count' | 'created_at' | 'read_at'
> & { regions: Region[] };

export const NOTIFICATION_COLUMNS =
  'id, kind, title, body, entity, entity_id, severity, count, regions, created_at, read_at';

/** Who reads: staff in the app, startups in the portal. */
export type Area = 'app' | 'portal';

/** Where a notification leads, as a path below the app's root; null where there is nothing to open. */
export function pathOf({ kind, entity, entity_id }: Notification, area: Area): string | null {
  if (area === 'portal') {
    if (entity === 'assignment') return entity_id ? `/portal?open=${entity_id}` : '/portal';
    if (entity === 'connection')
      return entity_id ? `/portal/connections?open=${entity_id}` : '/portal/connections';
    return null;
  }
  if (entity === 'signal' || entity === 'connection')
    return entity_id ? `/${entity}s/${entity_id}` : (LISTS[kind] ?? `/${entity}s`);
  if (entity === 'sync') return '/sync';
  if (RECORDS.includes(entity ?? '')) return entity_id ? `/${entity}s/${entity_id}` : `/${entity}s`;
  // Somebody who is staff and belongs to a startup too.
  return entity === 'assignment' ? '/portal' : null;
}

/** Told of by views alone. */
const RECORDS = ['organization', 'contact', 'interaction', 'startup'];

const LISTS: Record<string, string> = {
  'signal:urgent': '/signals?urgency=high,critical',
  'signal:requested': '/connections?status=pending_review',
};
