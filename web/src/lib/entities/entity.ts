import type { LucideIcon } from '../icon.ts';
import type { LiveEvent, Region } from '../../../../supabase/types/realtime.ts';
import type { Tone } from './words.ts';

/** A mirrored table; its name in the database, in query keys and in the actions' calls. */
export type EntityKey =
  'signals' | 'connections' | 'startups' | 'organizations' | 'contacts' | 'interactions';

export type FieldKind =
  | 'text'
  | 'longtext'
  | 'enum'
  | 'link'
  | 'date'
  | 'datetime'
  | 'number'
  | 'boolean'
  | 'email'
  | 'phone'
  | 'url';

/** One value of an enum, in the words of the reader. */
export interface Choice {
  value: string;
  label: string;
  tone: Tone | 'accent';
  icon: LucideIcon;
}

/** A column of the database as people see it: in a list, a filter, a record. */
export interface Field {
  /** The column. */
  key: string;
  label: string;
  kind: FieldKind;
  /** Of a link: whose row it names. */
  entity?: EntityKey;
  /** Of a link: where the named row stands in a row of a list, as `select` asks for it. */
  embed?: string;
  /** Of an enum: all its values in their order. Absent where Airtable may add some: those in use. */
  choices?: readonly Choice[];
  /** Its name in the URL; the key when absent. */
  param?: string;
  sortable?: boolean;
  /** `always`: its chip stands ready; `offered`: it can be added. */
  filterable?: 'always' | 'offered';
  /** The search of a list looks here. */
  searched?: boolean;
  /** `edit_record` takes it. */
  editable?: boolean;
  /** A column of the list unless the reader chose otherwise. Absent or false: it can be added. */
  shown?: boolean;
  /** Not a column of lists: too long for them, or only there with the whole record. */
  recordOnly?: boolean;
  /** Width of its column, px; the columns without one share what is left. */
  width?: number;
}

/** A row as lists have it: the columns of `select`, and linked rows under their `embed`. */
export interface EntityRow {
  id: string;
  region?: Region;
  created_at: string;
  updated_at: string;
  airtable_edited_at: string | null;
  received_at: string | null;
  [column: string]: unknown;
}

export interface Entity {
  key: EntityKey;
  /** "signal", "signals": in sentences. */
  singular: string;
  plural: string;
  icon: LucideIcon;
  /** Where its list lives; `${path}/${id}` is a record. */
  path: `/${EntityKey}`;
  /** Names a row in one line; never empty. Takes list rows, whole records and linked rows. */
  title: (row: Readonly<Record<string, unknown>>) => string;
  /** In the order of columns. The first leads: it stays in sight and links to the record. */
  fields: readonly Field[];
  events: Readonly<Record<'created' | 'updated' | 'removed', LiveEvent>>;
  /** What PostgREST is asked for a row of a list. */
  select: string;
  /** Text columns that name a row: where a choice of rows looks for what is typed. */
  names: readonly string[];
  /** What PostgREST is asked where a row is only named, as in links: enough for `title`. */
  selectTitle: string;
  /** The order of the list unless the reader chose another. */
  sort: { field: string; descending: boolean };
}

/** Text of a column, or undefined where there is none. */
export function textOf(row: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = row[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The row that a link names, as far as the reader may see it. */
export function linkedRow(
  row: Readonly<Record<string, unknown>>,
  embed: string,
): ({ id: string } & Record<string, unknown>) | null {
  const linked = row[embed];
  return typeof linked === 'object' && linked !== null && 'id' in linked
    ? (linked as { id: string } & Record<string, unknown>)
    : null;
}
