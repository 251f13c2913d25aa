import { setTimeout as delay } from 'node:timers/promises';
import type { AuthError } from '@supabase/supabase-js';

const ATTEMPTS = 5;
const FIRST_DELAY_MS = 200;

type Answer<T> = { data: T; error: null } | { data: unknown; error: AuthError };

/**
 * Asks Auth up to five times, with a pause that doubles, while what is wrong may pass: no answer, too many requests, a
 * server error. Throws its last error.
 */
export async function askAuth<T>(request: () => Promise<Answer<T>>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const { data, error } = await request();
    if (!error) return data;
    if (attempt === ATTEMPTS || !mayPass(error)) throw error;
    await delay(FIRST_DELAY_MS * 2 ** (attempt - 1));
  }
}

function mayPass({ status = 0 }: AuthError): boolean {
  return status === 0 || status === 429 || status >= 500;
}
