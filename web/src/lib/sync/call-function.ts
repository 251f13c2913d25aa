import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { browserClient } from '../supabase/browser-client.ts';

/** What the mirror's function refused, in its own words. */
export class FunctionError extends Error {
  override name = 'FunctionError';
}

/** Posts to the mirror's function as the signed-in person. Rejects with `FunctionError`. */
export async function callFunction<T>(
  path: 'drain' | 'reconcile' | 'backfill' | 'dry-run',
  body: object = {},
): Promise<T> {
  const { data } = await browserClient().auth.getSession();
  const token = data.session?.access_token ?? '';
  let response: Response;
  try {
    response = await fetch(`${PUBLIC_SUPABASE_URL}/functions/v1/airtable/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        apikey: PUBLIC_SUPABASE_PUBLISHABLE_KEY,
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new FunctionError('The sync’s function was not reached. Try again in a moment.', { cause });
  }
  const answer = (await response.json().catch(() => ({}))) as T & { error?: { message?: string } };
  if (response.ok) return answer;
  throw new FunctionError(answer.error?.message ?? `The sync’s function answered ${response.status}.`);
}
