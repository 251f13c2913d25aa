import { createAirtableClient } from './airtable-client.ts';
import type { Env } from './env.ts';
import { consoleLog } from './log.ts';
import { createMirrorStore } from './mirror-store.ts';

/** What the app needs of the outside, made from the environment. */
export function createServices(env: Env) {
  return {
    store: createMirrorStore(env.SUPABASE_DB_URL),
    airtable: createAirtableClient({ apiUrl: env.AIRTABLE_API_URL, apiKey: env.AIRTABLE_API_KEY }),
    syncSecret: env.SYNC_SECRET,
    log: consoleLog,
  };
}
