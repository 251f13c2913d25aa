import { changedFields, type Patch, unchanged } from '../queries/row-patch.ts';
import { type LiveChange, regionOf } from '../realtime/live-change.ts';
import type { SubRecords, SubRow } from './sub-records.ts';

export type FindRow = (id: string) => Readonly<Record<string, unknown>> | undefined;

/**
 * Takes a change into the rows below a record.
 * @param column the rows' column that names the record, and `id` what it holds
 * @param find a row that the page knows, for the names of what new rows link to
 */
export function patchSubRows(
  rows: SubRow[],
  sub: SubRecords,
  { column, id }: { column: string; id: string },
  { channel, envelope }: LiveChange,
  find: FindRow,
): Patch<SubRow[]> {
  if (sub.takes.includes(envelope.event)) {
    const region = regionOf(channel);
    const left = rows.filter(
      (row) => !(envelope.ids.includes(row.id) && (region === undefined || row.region === region)),
    );
    return left.length === rows.length ? unchanged(rows) : { data: left, touched: [], refetch: false };
  }
  if (!sub.brings.includes(envelope.event)) return unchanged(rows);
  if (envelope.truncated) return { ...unchanged(rows), refetch: true };

  const records = (envelope.records ?? []).filter((record) => record[column] === id) as SubRow[];
  if (!records.length) return unchanged(rows);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const touched = [];
  let refetch = false;
  for (const record of records) {
    const old = byId.get(record.id);
    const { row, complete } = withEmbeds(sub, record, [...(old ? [old] : []), ...rows], find);
    refetch ||= !complete;
    const fields = changedFields(old ?? {}, row);
    if (old && fields.length) touched.push({ id: row.id, fields });
    byId.set(row.id, row);
  }
  const { column: by, descending } = sub.order;
  const data = [...byId.values()].sort((a, b) => compare(a[by], b[by]) * (descending ? -1 : 1));
  return { data: data.slice(0, sub.limit), touched, refetch };
}

function withEmbeds(sub: SubRecords, record: SubRow, rows: readonly SubRow[], find: FindRow) {
  const row: SubRow = { ...record };
  let complete = true;
  for (const [embed, column] of Object.entries(sub.embeds)) {
    const linked = record[column];
    const listed = rows.find((other) => other[column] === linked && other[embed]);
    const known = typeof linked === 'string' ? (listed?.[embed] ?? find(linked)) : null;
    complete &&= known !== undefined;
    row[embed] = known ?? null;
  }
  return { row, complete };
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en');
}
