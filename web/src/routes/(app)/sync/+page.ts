import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

/** Owners only: the database refuses the others, and the page does not open for them. */
export const load: PageLoad = async ({ parent }) => {
  const { me } = await parent();
  if (me.role !== 'owner') redirect(307, '/');
};
