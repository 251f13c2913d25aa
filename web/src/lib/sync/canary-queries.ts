import { queryOptions } from '@tanstack/svelte-query';
import { browserClient } from '../supabase/browser-client.ts';
import type { Db } from '../supabase/schema.ts';
import type { Canary, Proof } from './canary.ts';

export const canaryQueries = {
  /** Told by `airtable:canary:changed` from then on. */
  proof: () =>
    queryOptions({
      queryKey: ['proof'] as const,
      queryFn: ({ signal }) => fetchProof(browserClient(), signal),
    }),
  /** Owners only. */
  all: () =>
    queryOptions({
      queryKey: ['sync', 'canaries'] as const,
      queryFn: async ({ signal }) => {
        const { data, error } = await browserClient().rpc('sync_canaries').abortSignal(signal);
        if (error) throw error;
        return data as unknown as Canary[];
      },
    }),
};

/** Null for who is not of the staff. */
export async function fetchProof(db: Db, signal?: AbortSignal): Promise<Proof | null> {
  const query = db.rpc('live_proof');
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  return data as unknown as Proof | null;
}
