import { LISTS } from '#lib/lists/lists.ts';
import { prefetchList } from '#lib/lists/prefetch-list.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent, url }) => prefetchList(LISTS.interactions, url, parent);
