import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** Whoever has become an admin meanwhile goes on to the dashboard. */
export const load: PageServerLoad = async ({ locals }) => {
  const { data: me } = await locals.supabase.rpc('whoami');
  if (me) redirect(303, '/');
  return { email: locals.visitor.kind === 'user' ? locals.visitor.email : null };
};
