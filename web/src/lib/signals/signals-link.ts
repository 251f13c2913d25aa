import { resolve } from '$app/paths';
import type { ResolvedPathname } from '$app/types';
import { type SignalFilters, writeFilters } from './signal-filters.ts';

/** The address of a view of the signals. */
export const signalsLink = (filters: SignalFilters): ResolvedPathname =>
  `${resolve('/(app)/signals')}${writeFilters(filters)}` as ResolvedPathname;
