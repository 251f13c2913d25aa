import type { InfiniteData } from '@tanstack/svelte-query';
import type { ActivityLine } from './activity-line.ts';
import type { Names } from './activity-words.ts';

export interface ActivityPage {
  /** Newest first. */
  lines: ActivityLine[];
  names: Names;
}

/** A list, as far as it was scrolled; each page's parameter is the line that it comes after. */
export type ActivityPages = InfiniteData<ActivityPage, number | null>;
