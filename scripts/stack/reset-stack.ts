import { connectAirtable } from '../airtable/connect-airtable.ts';
import type { StackEnv } from './stack-env.ts';
import { supabaseCli } from './supabase-cli.ts';

/**
 * Puts the base and the database of a running stack back to their seed, so that mirror and base agree, and connects
 * them again. Throws with what to do when the stack does not run.
 */
export async function resetStack(env: StackEnv, onProgress: (line: string) => void): Promise<void> {
  const base = await fetch(`${env.AIRTABLE_API_URL}/_sim/reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: 'seed' }),
  }).catch((cause: unknown) => {
    throw new Error('The local stack does not run. Start it first: npm start', { cause });
  });
  if (!base.ok) throw new Error(`The simulated base could not be reset: ${base.status} ${await base.text()}`);
  onProgress('The base is its seed again. Resetting the database …');
  await resetDatabase(env.DB_URL);
  await connectAirtable({
    apiUrl: env.AIRTABLE_API_URL,
    apiKey: env.AIRTABLE_API_KEY,
    baseId: env.AIRTABLE_BASE_ID,
    databaseUrl: env.DB_URL,
    notificationUrl: `${env.FUNCTIONS_URL}/airtable/webhook`,
  });
  onProgress('Migrations and seed applied; the base is connected.');
}

/** Empties a database and applies migrations and seed: the Supabase CLI's `db reset`. */
export async function resetDatabase(url: string): Promise<void> {
  await supabaseCli(url, 'db', 'reset', '--yes');
}
