import type { RowChange } from '../replication/pgoutput.ts';
import type { RowText, Table } from './postgres-changes-table.ts';

const MAX_CHANGE_BYTES = 1024 * 1024;
/** What is left of a change that is too large: its short values. */
const SHORT_VALUE_BYTES = 64;

/** A change with its values copied out of the stream. */
export interface TextChange {
  type: RowChange['type'];
  schema: string;
  table: string;
  oid: number;
  committedAt: Date;
  row: RowText | null;
  oldRow: RowText | null;
}

/** A row's values as JSON texts. */
export type RowJson = Map<string, string>;

const NO_VALUES: RowJson = new Map();

/** Copies a change: the views of the stream do not outlive the call. */
export function copyChange(change: RowChange, committedAt: Date): TextChange {
  const { type, relation } = change;
  const texts = (values: RowChange['row']): RowText | null => {
    if (!values) return null;
    const entries = relation.columns.map(
      ({ name }, i) => [name, values[i]?.toString() ?? values[i]] as const,
    );
    return new Map(entries.filter((entry): entry is [string, string | null] => entry[1] !== undefined));
  };
  const oldRow = texts(change.oldRow);
  let row = texts(change.row);
  // A large value that did not change is only in the old row, if anywhere.
  if (row && oldRow) row = new Map([...oldRow, ...row]);
  return { type, schema: relation.schema, table: relation.name, oid: relation.oid, committedAt, row, oldRow };
}

/** The `data` of a change for everyone with the same role and the same selection of columns, as JSON text. */
export function changeData(
  change: TextChange,
  table: Table,
  values: { row: RowJson | null; oldRow: RowJson | null },
  mayShow: (column: string) => boolean,
): string {
  const { type, schema, committedAt } = change;
  const isTooLarge = byteSize(values.row) + byteSize(values.oldRow) > MAX_CHANGE_BYTES;
  const record = (row: RowJson, also: (column: string) => boolean = () => true): string => {
    const shown = [...row].filter(
      ([name, json]) => mayShow(name) && also(name) && (!isTooLarge || json.length <= SHORT_VALUE_BYTES),
    );
    return `{${shown.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
  };
  const parts = [
    `"schema":${JSON.stringify(schema)}`,
    `"table":${JSON.stringify(change.table)}`,
    `"commit_timestamp":${JSON.stringify(committedAt.toISOString())}`,
    `"type":"${type}"`,
    `"columns":${JSON.stringify(shownColumns(table, mayShow))}`,
    `"errors":${isTooLarge ? '["Error 413: Payload Too Large"]' : 'null'}`,
  ];
  if (values.row) parts.push(`"record":${record(values.row)}`);
  if (type === 'UPDATE') parts.push(`"old_record":${record(values.oldRow ?? keyOf(table, values.row))}`);
  // Nobody can be asked whether a row that is gone was theirs to see: with RLS only its key is shown.
  if (type === 'DELETE') {
    const keys = new Set(table.columns.filter(({ isKey }) => isKey).map(({ name }) => name));
    parts.push(
      `"old_record":${record(values.oldRow ?? NO_VALUES, (name) => !table.hasRls || keys.has(name))}`,
    );
  }
  return `{${parts.join(',')}}`;
}

/** The `data` of a change that a role can be told nothing of but that it happened. */
export function changeError(change: TextChange, error: string): string {
  const { schema, table, type, committedAt } = change;
  const empty = type === 'DELETE' ? { old_record: {} } : { record: {} };
  const head = { schema, table, commit_timestamp: committedAt.toISOString(), type, columns: [] };
  return JSON.stringify({ ...head, ...empty, errors: [error] });
}

function shownColumns(table: Table, mayShow: (column: string) => boolean): { name: string; type: string }[] {
  return table.columns.filter(({ name }) => mayShow(name)).map(({ name, type }) => ({ name, type }));
}

function keyOf(table: Table, row: RowJson | null): RowJson {
  const keys = table.columns.filter(({ isKey }) => isKey).map(({ name }) => name);
  return new Map([...(row ?? [])].filter(([name]) => keys.includes(name)));
}

function byteSize(row: RowJson | null): number {
  return [...(row ?? [])].reduce((total, [, json]) => total + json.length, 0);
}
