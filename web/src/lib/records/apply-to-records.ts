import type { QueryClient, QueryKey } from '@tanstack/svelte-query';
import { findRow } from '../actions/cached-rows.ts';
import { ENTITIES } from '../entities/entities.ts';
import type { Entity, EntityRow } from '../entities/entity.ts';
import type { Patch, Touched } from '../queries/row-patch.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { arrivalsOf } from './arrivals.ts';
import { type HistoryLine, historyLine } from './history.ts';
import { historyQueries } from './history-queries.ts';
import { patchRecord } from './patch-record.ts';
import { patchSubRows } from './patch-sub-rows.ts';
import { type RecordKey, recordQueries } from './record-queries.ts';
import { type SubRowsKey, subQueries } from './sub-queries.ts';
import { SUB_RECORDS, type SubRow } from './sub-records.ts';

/** Writes a change into every cached record, its history and the rows below it, shown or not. */
export function applyToRecords(
  queries: QueryClient,
  change: LiveChange,
): { touched: Touched[]; refetch: QueryKey[] } {
  const touched: Touched[] = [];
  const refetch: QueryKey[] = [];
  const write = <T>(queryKey: QueryKey, data: T, patch: Patch<T>) => {
    if (patch.data !== data) queries.setQueryData(queryKey, patch.data);
    if (patch.refetch) refetch.push(queryKey);
    touched.push(...patch.touched);
  };

  for (const entity of Object.values(ENTITIES)) {
    const { created, updated } = entity.events;
    if (change.envelope.event === created || change.envelope.event === updated) {
      noteHistory(queries, entity, change);
      arrivalsOf(queries).note(change, Date.now());
    }
    for (const [queryKey, row] of queries.getQueriesData<EntityRow | null>({
      queryKey: recordQueries.all(entity),
    })) {
      const [, , id] = queryKey as unknown as RecordKey;
      if (row !== undefined) write(queryKey, row, patchRecord(row, entity, id, change));
    }
  }
  for (const sub of Object.values(SUB_RECORDS)) {
    for (const [queryKey, rows] of queries.getQueriesData<SubRow[]>({ queryKey: subQueries.all(sub.key) })) {
      const [, , below] = queryKey as unknown as SubRowsKey;
      const find = (id: string) => findRow(queries, id);
      if (rows) write(queryKey, rows, patchSubRows(rows, sub, below, change, find));
    }
  }
  return { touched, refetch };
}

/** The message says all that the database noted of it, if the record is known as it was before. */
function noteHistory(queries: QueryClient, entity: Entity, { envelope }: LiveChange): void {
  for (const record of envelope.records ?? []) {
    const { queryKey } = historyQueries.of(entity, String(record.id));
    const lines = queries.getQueryData<HistoryLine[]>(queryKey);
    const before = queries.getQueryData(recordQueries.detail(entity, String(record.id)).queryKey);
    const line = lines && before ? historyLine(entity, before, record, envelope) : null;
    if (line) queries.setQueryData(queryKey, [line, ...(lines ?? [])]);
  }
}
