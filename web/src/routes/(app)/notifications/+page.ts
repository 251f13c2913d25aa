import { seed } from '#lib/queries/query-client.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ data, parent }) => {
  const { queryClient } = await parent();
  seed(queryClient, data.seeded);
};
