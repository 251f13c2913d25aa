import { createAirtableClient } from './airtable-client.ts';
import type { AppOptions } from './app-options.ts';
import { createFindUser } from './authorize.ts';
import { createCanaryStore } from './canary-store.ts';
import { openDatabase } from './database.ts';
import type { Env } from './env.ts';
import { RequestError } from './errors.ts';
import { consoleLog } from './log.ts';
import { createMirrorStore } from './mirror-store.ts';
import { createPushStore } from './push-store.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createReaderStore } from './reader-store.ts';
import { createReconcileStore } from './reconcile-store.ts';
import { createRecordsClient } from './records-client.ts';
import { createRunsStore } from './runs-store.ts';
import { createStatusStore } from './status-store.ts';

export type Services = Omit<AppOptions, 'defer'> & AsyncDisposable;

/** What the app needs of the outside, made from the environment. Disposing closes its connections. */
export function createServices(env: Env): Services {
  const database = openDatabase(env.SUPABASE_DB_URL);
  const runs = createRunsStore(database);
  const limiter = createRateLimiter(runs, {
    callsPerSecond: env.AIRTABLE_REQUESTS_PER_SECOND,
    pauseMs: env.AIRTABLE_PAUSE_MS,
  });
  const airtable = { apiUrl: env.AIRTABLE_API_URL, apiKey: env.AIRTABLE_API_KEY, limiter };
  const url = env.SUPABASE_URL;
  const functionUrl = url && `${url}/functions/v1/airtable`;
  return {
    store: createMirrorStore(database),
    reader: createReaderStore(database),
    reconcile: createReconcileStore(database),
    status: createStatusStore(database),
    outbox: createPushStore(database),
    canary: createCanaryStore(database),
    runs,
    airtable: createAirtableClient(airtable),
    records: createRecordsClient(airtable),
    log: consoleLog,
    syncSecret: env.SYNC_SECRET,
    notificationUrl: functionUrl && `${functionUrl}/webhook`,
    findUser: url
      ? createFindUser({ url, apiKey: env.SUPABASE_ANON_KEY ?? '' })
      : () => Promise.reject(new RequestError('AUTH_UNAVAILABLE', 'SUPABASE_URL is not set')),
    async handOver() {
      if (!functionUrl) throw new Error('SUPABASE_URL is not set');
      const response = await fetch(`${functionUrl}/drain`, {
        method: 'POST',
        headers: { 'x-sync-secret': env.SYNC_SECRET, 'content-type': 'application/json' },
        body: JSON.stringify({ background: true }),
        signal: AbortSignal.timeout(10_000),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`The function answered ${response.status}`);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
