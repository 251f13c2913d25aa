import { isAuthRetryableFetchError } from '@supabase/supabase-js';
import type { Db } from '../supabase/schema.ts';

export type Visitor =
  | { kind: 'nobody' }
  | { kind: 'user'; id: string; email: string | null }
  /** Supabase did not answer: nobody can be told apart from somebody. */
  | { kind: 'unknown'; cause: string };

/**
 * Who sent this request. getClaims() verifies the token, by its signature where the project publishes
 * keys and by asking the Auth server where it does not; the cookie alone is never believed.
 */
export async function visitorOf(supabase: Db): Promise<Visitor> {
  const { data, error } = await supabase.auth.getClaims();
  if (error && isAuthRetryableFetchError(error)) return { kind: 'unknown', cause: error.message };
  if (error || !data) return { kind: 'nobody' };
  return { kind: 'user', id: data.claims.sub, email: data.claims.email ?? null };
}
