import type { Envelope } from '../../../../supabase/types/realtime.ts';
import { type LiveChange, regionOf } from '../realtime/live-change.ts';
import { matches, PAGE_SIZE, type SignalFilters, type Sort } from '../signals/signal-filters.ts';
import { STATUSES, URGENCIES } from '../signals/words.ts';
import type { SignalRecord } from '../supabase/schema.ts';
import { type Patch, patchRows, unchanged } from './row-patch.ts';

const SIGNAL_COLUMNS = [
  'id',
  'signal_identifier',
  'organization_id',
  'region',
  'title',
  'pain_points',
  'urgency',
  'approval_status',
  'is_public',
  'created_at',
  'updated_at',
  'airtable_edited_at',
  'received_at',
] as const satisfies readonly (keyof SignalRecord)[];

/** A signal as lists show it. */
export type SignalRow = Pick<SignalRecord, (typeof SIGNAL_COLUMNS)[number]> & {
  organization: { id: string; name: string | null } | null;
};

export interface SignalPage {
  rows: SignalRow[];
  /** Rows that match the filters, on all pages. */
  total: number;
}

/** Takes a change into one page of the list, and says whether only the database knows the rest. */
export function patchSignalPage(
  page: SignalPage,
  filters: SignalFilters,
  change: LiveChange,
): Patch<SignalPage> {
  const { envelope } = change;
  if (envelope.event === 'organization:updated') {
    const { data: rows, ...rest } = patchOrganizations(page.rows, envelope);
    return { data: rows === page.rows ? page : { ...page, rows }, ...rest };
  }
  if (!envelope.event.startsWith('signal:')) return unchanged(page);
  if (envelope.truncated) return { ...unchanged(page), refetch: true };

  const elsewhere = page.total > page.rows.length;
  if (envelope.event === 'signal:removed') {
    const gone = removedFrom(page.rows, change);
    // A row on another page may be gone as well: the total would be wrong, and pages shift.
    const refetch =
      elsewhere && (gone.size > 0 || envelope.ids.some((id) => !page.rows.some((row) => row.id === id)));
    if (!gone.size) return { ...unchanged(page), refetch };
    const rows = page.rows.filter((row) => !gone.has(row.id));
    return { data: { rows, total: page.total - gone.size }, touched: [], refetch };
  }

  const records = (envelope.records ?? []) as unknown as SignalRecord[];
  const { data: rows, touched, refetch } = patchRows(page.rows, records, mergeSignal);
  const moved = touched.some(({ fields }) => fields.includes(filters.sort));
  const left = rows.some((row, index) => row !== page.rows[index] && !matches(filters, row));
  const entered = records.some(
    (record) => !rows.some((row) => row.id === record.id) && mayEnter(page, filters, record, envelope),
  );
  return {
    data: rows === page.rows ? page : { ...page, rows },
    touched,
    refetch: refetch || moved || left || entered,
  };
}

/** Could a row that is not on this page belong on it now, or have changed how many there are? */
function mayEnter(
  page: SignalPage,
  filters: SignalFilters,
  record: SignalRecord,
  envelope: Envelope,
): boolean {
  const fits = matches(filters, record);
  if (envelope.event === 'signal:created') return fits;
  const filtered = filters.status.length > 0 || filters.urgency.length > 0 || filters.q !== '';
  // With a filter, it may just have come to match, or have left from another page.
  if (filtered) return fits || page.total > page.rows.length;
  // Without one it was counted before, and matters only when its place is among these rows.
  return filters.sort === 'airtable_edited_at' || belongsBetween(page.rows, filters, record);
}

function belongsBetween(rows: readonly SignalRow[], filters: SignalFilters, record: SignalRecord): boolean {
  const value = (row: SignalRow | SignalRecord | undefined) => sortKey(filters.sort, row?.[filters.sort]);
  const sign = filters.descending ? -1 : 1;
  const compare = (a: string, b: string) => sign * a.localeCompare(b, 'en');
  if (rows.length < PAGE_SIZE) return true;
  const afterFirst = filters.page === 1 || compare(value(record), value(rows[0])) >= 0;
  return afterFirst && compare(value(record), value(rows.at(-1))) <= 0;
}

/** Enums sort by their order in the database, which is the order of their words here. */
function sortKey(sort: Sort, value: string | null | undefined): string {
  const words = sort === 'urgency' ? URGENCIES : sort === 'approval_status' ? STATUSES : null;
  return words ? String(Object.keys(words).indexOf(value ?? '') + 1) : (value ?? '');
}

/** Takes a change into the short list of signals edited last, newest first. */
export function patchLatestSignals(rows: SignalRow[], change: LiveChange): Patch<SignalRow[]> {
  const { envelope } = change;
  if (envelope.event === 'organization:updated') return patchOrganizations(rows, envelope);
  if (!envelope.event.startsWith('signal:')) return unchanged(rows);
  if (envelope.truncated) return { ...unchanged(rows), refetch: true };
  if (envelope.event === 'signal:removed') {
    const gone = removedFrom(rows, change);
    return {
      data: gone.size ? rows.filter((row) => !gone.has(row.id)) : rows,
      touched: [],
      refetch: gone.size > 0,
    };
  }
  const records = (envelope.records ?? []) as unknown as SignalRecord[];
  const patched = patchRows(rows, records, mergeSignal);
  const added = records
    .filter((record) => !rows.some((row) => row.id === record.id))
    .map((record) => mergeSignal(undefined, record, rows));
  const data = [...added.map(({ row }) => row), ...patched.data]
    .sort((a, b) => editedAt(b) - editedAt(a))
    .slice(0, Math.max(rows.length, 1));
  return { data, touched: patched.touched, refetch: patched.refetch || added.some(({ refetch }) => refetch) };
}

const editedAt = (row: SignalRow) => Date.parse(row.airtable_edited_at ?? '') || 0;

/**
 * The listed rows that a `removed` means. A row that moved to another region is removed from the old
 * region's channel; whoever sees both regions still has it, under the new one.
 */
function removedFrom(rows: readonly SignalRow[], { channel, envelope }: LiveChange): Set<string> {
  const region = regionOf(channel);
  const gone = rows.filter(
    (row) => envelope.ids.includes(row.id) && (region === undefined || row.region === region),
  );
  return new Set(gone.map((row) => row.id));
}

/** A record as a row. The organization's name comes from a row that has it, or from the database. */
function mergeSignal(old: SignalRow | undefined, record: SignalRecord, rows: readonly SignalRow[]) {
  const id = record.organization_id;
  const known = id === null ? null : [old, ...rows].find((row) => row?.organization?.id === id)?.organization;
  const picked = Object.fromEntries(SIGNAL_COLUMNS.map((column) => [column, record[column]]));
  const row = { ...(picked as unknown as Omit<SignalRow, 'organization'>), organization: known ?? null };
  return { row, refetch: known === undefined };
}

function patchOrganizations(rows: SignalRow[], envelope: Envelope): Patch<SignalRow[]> {
  const affected = rows.some((row) => row.organization_id && envelope.ids.includes(row.organization_id));
  if (!affected) return unchanged(rows);
  if (envelope.truncated) return { ...unchanged(rows), refetch: true };
  const records = (envelope.records ?? []) as unknown as { id: string; name: string | null }[];
  const names = new Map(records.map(({ id, name }) => [id, name]));
  const touched = rows.filter((row) => row.organization && names.has(row.organization.id));
  const data = rows.map((row) =>
    row.organization && names.has(row.organization.id)
      ? { ...row, organization: { ...row.organization, name: names.get(row.organization.id) ?? null } }
      : row,
  );
  return { data, touched: touched.map(({ id }) => ({ id, fields: ['organization'] })), refetch: false };
}
