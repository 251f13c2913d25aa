import { fetchIdsOf } from '../queries/list-request.ts';
import { browserClient } from '../supabase/browser-client.ts';
import type { List, View } from './list.ts';
import { allFilters } from './view.ts';

/** Rows that can be chosen at a time: each is a call of its own. */
export const CHOSEN_MAX = 500;

/** The ids of a view's rows from the top. */
export const fetchIds = (list: List, view: View): Promise<string[]> =>
  fetchIdsOf(browserClient(), list.entity, { ...view, filters: allFilters(list, view) }, CHOSEN_MAX);
