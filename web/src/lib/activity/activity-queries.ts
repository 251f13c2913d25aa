import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import { ENTITIES } from '../entities/entities.ts';
import type { EntityKey } from '../entities/entity.ts';
import { fetchWithJournal } from '../queries/change-journal.ts';
import { type Patch, unchanged } from '../queries/row-patch.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { browserClient } from '../supabase/browser-client.ts';
import { selectRows } from '../supabase/rows-request.ts';
import type { Db } from '../supabase/schema.ts';
import { ACTIVITY_LOOK, ACTIVITY_PAGE, activityKeys } from './activity-keys.ts';
import { ACTIVITY_EVENTS } from './activity-events.ts';
import { type ActivityFilters, NO_FILTERS } from './activity-filters.ts';
import { type ActivityLine, mentioned } from './activity-line.ts';
import type { ActivityPage } from './activity-page.ts';
import type { Names } from './activity-words.ts';

/** Ids that fit into one address. */
const IDS_MAX = 100;

export const activityQueries = {
  all: () => ['activity'] as const,

  list: (filters: ActivityFilters) =>
    infiniteQueryOptions({
      queryKey: activityKeys.list(filters),
      queryFn: ({ client, pageParam, signal }): Promise<ActivityPage> => {
        const fetcher = () =>
          fetchActivity(browserClient(), filters, { before: pageParam, size: ACTIVITY_PAGE }, signal);
        return pageParam === null ? fetchWithJournal(client, fetcher, askAgain) : fetcher();
      },
      initialPageParam: null as number | null,
      getNextPageParam: ({ lines }) => {
        // Those of messages are numbered below zero, and come first.
        const oldest = lines.length < ACTIVITY_PAGE ? undefined : lines.at(-1)?.id;
        return oldest !== undefined && oldest > 0 ? oldest : undefined;
      },
    }),

  /** The newest of all, for the dashboard. */
  latest: () =>
    queryOptions({
      queryKey: activityKeys.latest(),
      queryFn: ({ client, signal }): Promise<ActivityPage> =>
        fetchWithJournal(
          client,
          () => fetchActivity(browserClient(), NO_FILTERS, { before: null, size: ACTIVITY_LOOK }, signal),
          askAgain,
        ),
    }),
};

/** A change that came while the answer was on its way: whether it has the line is seen in the next one. */
const askAgain = <T>(page: T, { envelope }: LiveChange): Patch<T> => ({
  ...unchanged(page),
  refetch: ACTIVITY_EVENTS.includes(envelope.event),
});

interface Range {
  /** Lines older than this one; null for the newest. */
  before?: number | null;
  /** Lines newer than this one. */
  after?: number;
  size: number;
}

/** Lines that the reader may see, newest first, with the titles of what they speak of. */
export async function fetchActivity(
  db: Db,
  filters: ActivityFilters,
  { before = null, after, size }: Range,
  signal?: AbortSignal,
): Promise<ActivityPage> {
  let query = db
    .from('activity')
    .select('id, entity, entity_id, action, changes, source, actor, at')
    .order('id', { ascending: false })
    .limit(size);
  if (before !== null) query = query.lt('id', before);
  if (after !== undefined) query = query.gt('id', after);
  if (filters.entity.length) query = query.in('entity', filters.entity);
  if (filters.action.length) query = query.in('action', filters.action);
  if (filters.source.length) query = query.in('source', filters.source);
  if (filters.person.length) query = query.in('actor', filters.person);
  const { data, error } = await (signal ? query.abortSignal(signal) : query);
  if (error) throw error;
  const lines = data as unknown as ActivityLine[];
  return { lines, names: await fetchNames(db, lines, signal) };
}

/** The newest lines, with nothing older behind them. */
export const fetchNewest = (filters: ActivityFilters): Promise<ActivityPage> =>
  fetchActivity(browserClient(), filters, { size: ACTIVITY_PAGE });

async function fetchNames(db: Db, lines: readonly ActivityLine[], signal?: AbortSignal): Promise<Names> {
  const named = await Promise.all(
    [...mentioned(lines)].flatMap(([key, ids]) =>
      chunks([...ids]).map(async (some) => {
        const columns =
          key === 'assignments'
            ? 'id, signal:signals(id, signal_identifier, title), startup:startups(id, name)'
            : ENTITIES[key].selectTitle;
        const query = selectRows(db, key === 'assignments' ? 'signal_assignments' : key, columns).in(
          'id',
          some,
        );
        const { data, error } = await (signal ? query.abortSignal(signal) : query);
        if (error) throw error;
        return (data ?? []).map((row) => [String(row.id), titleOf(key, row)] as const);
      }),
    ),
  );
  return Object.fromEntries<string>(named.flat());
}

function titleOf(key: EntityKey | 'assignments', row: Record<string, unknown>): string {
  if (key !== 'assignments') return ENTITIES[key].title(row);
  const { signal, startup } = row as Record<'signal' | 'startup', Record<string, unknown> | null>;
  return `${ENTITIES.signals.title(signal ?? {})} to ${ENTITIES.startups.title(startup ?? {})}`;
}

const chunks = (ids: string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / IDS_MAX) }, (_, n) =>
    ids.slice(n * IDS_MAX, (n + 1) * IDS_MAX),
  );
