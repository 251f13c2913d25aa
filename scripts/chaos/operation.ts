import type { TableName } from './mirror-columns.ts';

/** A value by field name. Links are numbers: the n-th record of the table that the field leads to. */
export type Cells = Readonly<
  Record<string, string | number | boolean | readonly number[] | null | undefined>
>;

/** One life of a base and its mirror. */
export interface Scenario {
  /** How far Airtable's clock is ahead of ours; behind where it is negative. */
  clockAheadMs: number;
  /** How many records each table begins with, all of them linked. */
  records: number;
  operations: readonly Operation[];
}

/** Records, tables and webhooks are numbers, taken modulo how many there are, so that a scenario can be shortened. */
export type Operation =
  | { do: 'create'; table: TableName; cells: Cells }
  | { do: 'update'; table: TableName; record: number; cells: Cells }
  | { do: 'destroy'; table: TableName; record: number }
  /** The n-th of all that were destroyed. */
  | { do: 'restore'; record: number }
  /** It comes back without what it was linked to. */
  | { do: 'destroy, then restore alone'; table: TableName; record: number }
  /** Made empty, then filled by a second transaction. */
  | { do: 'create, then fill'; table: TableName; cells: Cells }
  /** Many records at once. */
  | { do: 'bulk create'; table: TableName; count: number; cells: Cells }
  | { do: 'bulk update'; table: TableName; cells: Cells }
  | { do: 'bulk destroy'; table: TableName; every: number }
  | { do: 'rename field'; table: TableName; field: number }
  | { do: 'destroy field'; table: TableName; field: number }
  | { do: 'retype field'; table: TableName; field: number }
  | { do: 'create field'; table: TableName }
  | { do: 'rename choice'; table: TableName; field: number; choice: number; name: string }
  | { do: 'destroy choice'; table: TableName; field: number; choice: number }
  | { do: 'rename table'; table: TableName }
  | { do: 'create table' }
  | { do: 'destroy table'; table: TableName }
  /** How many records Airtable names in one payload from here on. */
  | { do: 'split payloads'; at: number }
  | { do: 'pings'; drop?: number; delayMs?: number; repeat?: number; reorder?: boolean }
  | { do: 'spurious ping'; times: number }
  /** Answered as things were when it was asked. */
  | { do: 'late answers'; count: number; ms: number; path?: string }
  | { do: 'let time pass'; minutes: number }
  | { do: 'fail calls'; count: number; how: CallFailure; path?: string }
  | { do: 'stop calls' }
  | { do: 'expire iterators' }
  | { do: 'disable pings' }
  | { do: 'expire hook' }
  | { do: 'kill hook'; code: string }
  | { do: 'trim log'; keep: number }
  /** What somebody does in the app: the n-th record of the base, changed in Postgres. */
  | { do: 'act'; table: TableName; record: number; cells: Cells }
  /** A startup asks for a connection: a row that Airtable does not have yet. */
  | { do: 'make here'; record: number }
  | { do: 'push'; wait: boolean }
  /** Waited for, or going on while the next operations come. */
  | { do: 'drain'; wait: boolean }
  | { do: 'automation'; table: TableName; records: readonly number[]; wait: boolean }
  | { do: 'backfill'; wait: boolean }
  | { do: 'wait'; ms: number }
  | { do: 'kill function'; afterMs: number }
  /** While it is writing: `waitsFor` is held against it until then. */
  | { do: 'kill function in a write'; waitsFor: WriteStep }
  | { do: 'cut database'; afterMs: number }
  | { do: 'cut database in a write'; waitsFor: WriteStep }
  /** It stands still while its lease passes to another, and goes on in the end with what it had asked for. */
  | {
      do: 'stall function';
      /** `base, awake`: it does not stand still, its answer is late. */
      reading: 'log' | 'base' | 'base, awake';
      table: TableName;
      record: number;
      /** What it has asked for, and what became of it since. */
      before: Cells;
      after: Cells | 'destroyed';
    };

export type CallFailure = 500 | 502 | 503 | 429 | 'hang' | 'reset' | 'truncate' | 'lose answer';
export type WriteStep = 'webhook' | 'receipts' | 'signals' | 'interactions' | 'channels';
