import { defineEnvVars } from '@sveltejs/kit/env';
import { building } from '$app/env';
import { optional, optionalUrl, publishableKey, requiredUrl } from './lib/env-rules.ts';

/** A build is made without a stack, and serves any; the rules hold when the app starts. */
const atStart =
  <T>(rule: (value: string | undefined) => T) =>
  (value: string | undefined): T | '' =>
    building ? '' : rule(value);

/** The whole environment of the app. */
export const variables = defineEnvVars({
  PUBLIC_SUPABASE_URL: {
    public: true,
    schema: atStart(requiredUrl('PUBLIC_SUPABASE_URL', 'the API URL of the Supabase project')),
    description: 'API URL of the Supabase project, for instance http://127.0.0.1:54321',
  },
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: {
    public: true,
    schema: atStart(publishableKey('PUBLIC_SUPABASE_PUBLISHABLE_KEY')),
    description: 'Publishable key (sb_publishable_…) or legacy anon key of the project',
  },
  PUBLIC_DEMO_PASSWORD: {
    public: true,
    schema: optional,
    description: 'When set, the sign-in page offers the demo people',
  },
  PUBLIC_AIRTABLE_URL: {
    public: true,
    schema: atStart(optionalUrl('PUBLIC_AIRTABLE_URL')),
    description: 'When set, the app links to the Airtable base',
  },
});
