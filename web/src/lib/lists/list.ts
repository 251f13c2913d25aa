import type { LucideIcon } from '../icon.ts';
import type { Entity, EntityKey } from '../entities/entity.ts';

/** One condition on a column. */
export type Filter =
  /** An enum or a link: one of these values. */
  | { kind: 'one-of'; values: readonly string[] }
  | { kind: 'is'; value: boolean }
  /** A number or, as `2026-11-23`, a day of the reader's zone; both ends included, one may be open. */
  | { kind: 'between'; from: string | null; to: string | null }
  /** A time in the last so many days of the reader's zone, today included. */
  | { kind: 'within'; days: number };

/** Conditions by column; all of them hold. */
export type Filters = Readonly<Record<string, Filter>>;

/** What a list shows. Lives in the URL: a link to the page is a link to this view. */
export interface View {
  filters: Filters;
  /** Text looked for in the searched columns; empty for none. */
  q: string;
  sort: { field: string; descending: boolean };
  /** As columns of cards, one for each value of the list's `board`; absent for lines. */
  board?: true;
}

/** A page with a list of one entity's rows. */
export interface List {
  id: EntityKey | 'pool';
  entity: Entity;
  label: string;
  icon: LucideIcon;
  /** Where it lives; `${path}/${id}` opens a record beside it. */
  path: `/${EntityKey | 'pool'}`;
  /** Holds for every view of this list, and is not in the URL. */
  always: Filters;
  sort: View['sort'];
  /** An enum by which its rows can be laid out as a board. */
  board?: string;
  /** Said where there is nothing at all. */
  empty: string;
}

/** Rows that one query fetches. */
export const PAGE_SIZE = 100;
