import type { LocalKeys } from '../gateway/local-keys.ts';

/** The variables that the platform gives to every edge function. */
export function platformEnv(options: {
  apiUrl: string;
  databaseUrl: string;
  keys: LocalKeys;
}): Record<string, string> {
  const { apiUrl, databaseUrl, keys } = options;
  return {
    SUPABASE_URL: apiUrl,
    SUPABASE_DB_URL: databaseUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    // What /auth/v1/.well-known/jwks.json says of a project that signs with a shared secret.
    SUPABASE_JWKS: JSON.stringify({ keys: [] }),
    SUPABASE_ANON_KEY: keys.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey,
    SB_REGION: 'local',
  };
}
