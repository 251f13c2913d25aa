/** `$app/env/public` of no project: what is tested without a browser asks for nothing. */
export const PUBLIC_SUPABASE_URL = 'http://project.test';
export const PUBLIC_SUPABASE_PUBLISHABLE_KEY = 'sb_publishable_test';
