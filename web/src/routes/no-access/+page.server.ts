import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** Whoever has become an admin meanwhile goes on to the dashboard, and who belongs to a startup to the portal. */
export const load: PageServerLoad = async ({ locals }) => {
  const { data: me } = await locals.supabase.rpc('whoami');
  if (me) redirect(303, '/');
  const { data: memberships } = await locals.supabase.from('startup_members').select('startup_id').limit(1);
  if (memberships?.length) redirect(303, '/portal');
  return { email: locals.visitor.kind === 'user' ? locals.visitor.email : null };
};
