import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => ({
  outage: locals.visitor.kind === 'unknown' ? locals.visitor.cause : null,
});
