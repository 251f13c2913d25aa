import { isStatus, isUrgency, STATUSES, type Status, URGENCIES, type Urgency } from './words.ts';

export const SORTS = [
  'signal_identifier',
  'title',
  'urgency',
  'approval_status',
  'region',
  'airtable_edited_at',
] as const;
export type Sort = (typeof SORTS)[number];

/** What the list shows. Lives in the URL: a link to the page is a link to this view. */
export interface SignalFilters {
  status: Status[];
  urgency: Urgency[];
  /** Text looked for in the identifier, the title and the pain points; empty for none. */
  q: string;
  sort: Sort;
  descending: boolean;
  /** From 1. */
  page: number;
}

export const PAGE_SIZE = 50;
const Q_MAX = 100;
const PAGE_MAX = 10_000;

export const DEFAULT_FILTERS: SignalFilters = {
  status: [],
  urgency: [],
  q: '',
  sort: 'signal_identifier',
  descending: true,
  page: 1,
};

/** Reads the query string; what it does not understand counts as absent. */
export function readFilters(search: Pick<URLSearchParams, 'get'>): SignalFilters {
  const chosen = (name: string) => search.get(name)?.split(',') ?? [];
  const [, minus, column] = /^(-?)(\w+)$/.exec(search.get('sort') ?? '') ?? [];
  const sort = SORTS.find((known) => known === column);
  const page = Number(search.get('page'));
  return {
    // In the order of the words, each once: the same view has one URL and one cache entry.
    status: keys(STATUSES).filter((status) => chosen('status').includes(status)),
    urgency: keys(URGENCIES).filter((urgency) => chosen('urgency').includes(urgency)),
    q: (search.get('q') ?? '').trim().slice(0, Q_MAX),
    sort: sort ?? DEFAULT_FILTERS.sort,
    descending: sort ? minus === '-' : DEFAULT_FILTERS.descending,
    page: Number.isInteger(page) && page >= 1 && page <= PAGE_MAX ? page : 1,
  };
}

/** The query string of a view, without what is default: `''` or `?status=…`. */
export function writeFilters(filters: SignalFilters): string {
  const search = new URLSearchParams();
  if (filters.status.length) search.set('status', filters.status.join(','));
  if (filters.urgency.length) search.set('urgency', filters.urgency.join(','));
  if (filters.q) search.set('q', filters.q);
  const { sort, descending } = DEFAULT_FILTERS;
  if (filters.sort !== sort || filters.descending !== descending) {
    search.set('sort', (filters.descending ? '-' : '') + filters.sort);
  }
  if (filters.page > 1) search.set('page', String(filters.page));
  const text = search.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

/** A change of what is looked for starts again on the first page. */
export function withFilters(filters: SignalFilters, change: Partial<SignalFilters>): SignalFilters {
  return { ...filters, page: 1, ...change };
}

interface Filterable {
  approval_status: string | null;
  urgency: string | null;
  signal_identifier: string | null;
  title: string | null;
  pain_points: string | null;
}

/** The filter as the database applies it, for rows that arrive on the socket. */
export function matches(filters: SignalFilters, row: Filterable): boolean {
  const { status, urgency } = filters;
  if (status.length && !(isStatus(row.approval_status) && status.includes(row.approval_status))) return false;
  if (urgency.length && !(isUrgency(row.urgency) && urgency.includes(row.urgency))) return false;
  const q = filters.q.toLowerCase();
  const texts = [row.signal_identifier, row.title, row.pain_points];
  return !q || texts.some((text) => text?.toLowerCase().includes(q));
}

function keys<T extends object>(object: T): (keyof T)[] {
  return Object.keys(object) as (keyof T)[];
}
