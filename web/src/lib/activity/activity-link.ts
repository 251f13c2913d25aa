import { resolve } from '$app/paths';
import type { ResolvedPathname } from '$app/types';
import { type ActivityFilters, writeActivityFilters } from './activity-filters.ts';

/** The address of a view of the activity. */
export const activityLink = (filters: ActivityFilters): ResolvedPathname =>
  `${resolve('/(app)/activity')}${writeActivityFilters(filters)}` as ResolvedPathname;
