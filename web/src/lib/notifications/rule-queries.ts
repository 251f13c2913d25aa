import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import type { Rule } from './notification-rules.ts';

export const ruleQueries = {
  mine: () =>
    queryOptions({
      queryKey: ['notification-rules'] as const,
      queryFn: ({ signal }) => fetchRules(browserClient(), signal),
    }),
};

export async function fetchRules(db: Db, signal?: AbortSignal): Promise<Rule[]> {
  const query = db
    .from('notification_rules')
    .select('event, filter, muted, sound, desktop, quiet_from, quiet_until, digest');
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return data;
}
