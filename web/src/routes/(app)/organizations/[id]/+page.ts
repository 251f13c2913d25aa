import { LISTS } from '#lib/lists/lists.ts';
import { prefetchRecord } from '#lib/records/prefetch-record.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ parent, params }) => prefetchRecord(LISTS.organizations, params.id, parent);
