import type { PostgrestError } from '@supabase/supabase-js';
import type { Db } from './schema.ts';

export interface RowsAnswer {
  data: Record<string, unknown>[] | null;
  count: number | null;
  error: PostgrestError | null;
}

/** A request for rows of a table that is known only at run time. Each call answers with itself. */
export interface RowsRequest extends PromiseLike<RowsAnswer> {
  in(column: string, values: readonly string[]): RowsRequest;
  filter(column: string, operator: 'in', value: string): RowsRequest;
  eq(column: string, value: string | boolean): RowsRequest;
  gte(column: string, value: string | number): RowsRequest;
  lte(column: string, value: string | number): RowsRequest;
  lt(column: string, value: string): RowsRequest;
  not(column: string, operator: 'is', value: null): RowsRequest;
  or(conditions: string): RowsRequest;
  order(column: string, options?: { ascending?: boolean; nullsFirst?: boolean }): RowsRequest;
  range(from: number, to: number): RowsRequest;
  limit(count: number): RowsRequest;
  abortSignal(signal: AbortSignal): RowsRequest;
}

/** `db.from(table).select(columns)` without the types of one table, which need its name when compiled. */
export function selectRows(
  db: Db,
  table: string,
  columns: string,
  options?: { count: 'exact'; head: true },
): RowsRequest {
  return db.from(table as 'signals').select(columns, options) as unknown as RowsRequest;
}
