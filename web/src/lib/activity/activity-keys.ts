import type { ActivityFilters } from './activity-filters.ts';

/** Lines that a list asks for at once. */
export const ACTIVITY_PAGE = 50;
/** Lines that the dashboard looks at for its few: a bulk edit is many lines and one deed. */
export const ACTIVITY_LOOK = 40;

export const activityKeys = {
  all: () => ['activity'] as const,
  lists: () => [...activityKeys.all(), 'list'] as const,
  list: (filters: ActivityFilters) => [...activityKeys.lists(), filters] as const,
  latest: () => [...activityKeys.all(), 'latest'] as const,
};
