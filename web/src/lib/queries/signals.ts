import { queryOptions } from '@tanstack/svelte-query';
import type { EntityRow } from '../entities/entity.ts';
import { LISTS } from '../lists/lists.ts';
import type { View } from '../lists/list.ts';
import type { SignalRecord } from '../supabase/schema.ts';
import { listQueries } from './list-queries.ts';

/** A signal as lists show it. */
export type SignalRow = EntityRow &
  Pick<SignalRecord, 'signal_identifier' | 'title' | 'urgency' | 'approval_status' | 'region'> & {
    organization: { id: string; name: string | null } | null;
  };

/** How many signals the dashboard shows as changed last. */
export const LATEST_COUNT = 8;

const LATEST: View = { filters: {}, q: '', sort: { field: 'airtable_edited_at', descending: true } };

export const signalQueries = {
  all: () => ['signals'] as const,

  latest: () =>
    queryOptions({
      ...listQueries.top(LISTS.signals, LATEST, LATEST_COUNT),
      select: (rows) => rows as SignalRow[],
    }),
};
