import { queryOptions } from '@tanstack/svelte-query';
import { findRow } from '../actions/cached-rows.ts';
import { fetchWithJournal } from '../queries/change-journal.ts';
import { browserClient } from '../supabase/browser-client.ts';
import { selectRows } from '../supabase/rows-request.ts';
import { patchSubRows } from './patch-sub-rows.ts';
import { SUB_RECORDS, type SubKey, type SubRow } from './sub-records.ts';

/** Whose rows: the column that names the record, and its id. */
export interface Below {
  column: 'signal_id' | 'startup_id';
  id: string;
}

export type SubRowsKey = readonly [SubKey, 'below', Below];

export const subQueries = {
  all: (key: SubKey) => [key, 'below'] as const,

  /** Rows below a record: its assignments, matches, or lines of its ledger. */
  below: (key: SubKey, below: Below) => {
    const sub = SUB_RECORDS[key];
    return queryOptions({
      queryKey: [key, 'below', below] as SubRowsKey,
      queryFn: ({ client, signal }): Promise<SubRow[]> =>
        fetchWithJournal(
          client,
          async () => {
            const { data, error } = await selectRows(browserClient(), sub.table, sub.select)
              .eq(below.column, below.id)
              .order(sub.order.column, { ascending: !sub.order.descending })
              .order('id')
              .limit(sub.limit)
              .abortSignal(signal);
            if (error) throw error;
            return (data ?? []) as SubRow[];
          },
          (rows, change) => patchSubRows(rows, sub, below, change, (id) => findRow(client, id)),
        ),
    });
  },
};
