import postgres from 'postgres';
import { createApp } from '../../../edge-functions/airtable/app.ts';
import type { AppOptions } from '../../../edge-functions/airtable/app-options.ts';
import type { LogLevel } from '../../../edge-functions/airtable/log.ts';
import { createServices } from '../../../edge-functions/airtable/services.ts';
import {
  createAirtableSimulator,
  type AirtableSimulator,
} from '../../airtable-simulator/airtable-simulator.ts';
import { connectAirtable } from '../../airtable/connect-airtable.ts';
import { createTestDatabase } from '../../stack/testing/test-database.ts';

export const SYNC_SECRET = 'a secret of sixteen characters and more';
const API_KEY = 'patMirrorTest.0000';
const BASE_ID = 'appMirrorTestBase1';
/** Where pings go that a test does not want to arrive: nobody listens on port 9. */
const NOWHERE = 'http://127.0.0.1:9/airtable/webhook';

export interface LogLine {
  level: LogLevel;
  event: string;
  facts: Record<string, unknown>;
}

/** The function in this process, on a Postgres and a simulated base of its own. */
export interface TestMirror extends AsyncDisposable {
  readonly sql: postgres.Sql;
  readonly simulator: AirtableSimulator;
  readonly baseId: string;
  readonly options: AppOptions;
  readonly log: LogLine[];
  readonly handOvers: number;
  /** Sends a request, and waits also for the work that goes on after the answer. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** POST with the shared secret. */
  post(path: string, body?: unknown): Promise<Response>;
  /** A ping as Airtable signs it. */
  ping(): Promise<Response>;
  tableId(name: string): string;
  webhookId(): Promise<string>;
  faults(settings: unknown): Promise<void>;
  sim(path: string, body?: unknown): Promise<void>;
}

export interface TestMirrorOptions {
  seed?: 'civstart' | 'empty';
  rateLimit?: boolean;
  callsPerSecond?: number;
  pauseMs?: number;
  budgetMs?: number;
  findUser?: AppOptions['findUser'];
}

export async function createTestMirror(options: TestMirrorOptions = {}): Promise<TestMirror> {
  const parts = new AsyncDisposableStack();
  const database = parts.use(await createTestDatabase());
  const simulator = parts.use(
    await createAirtableSimulator({
      port: 0,
      apiKey: API_KEY,
      baseId: BASE_ID,
      seed: options.seed ?? 'empty',
      rateLimit: options.rateLimit ?? false,
    }),
  );
  const services = parts.use(
    createServices({
      SUPABASE_DB_URL: database.url(),
      AIRTABLE_API_URL: simulator.url,
      AIRTABLE_API_KEY: API_KEY,
      SYNC_SECRET,
      AIRTABLE_REQUESTS_PER_SECOND: options.callsPerSecond ?? 1000,
      AIRTABLE_PAUSE_MS: options.pauseMs ?? 50,
    }),
  );
  await connectAirtable({
    apiUrl: simulator.url,
    apiKey: API_KEY,
    baseId: BASE_ID,
    databaseUrl: database.url(),
    notificationUrl: NOWHERE,
  });
  const sql = postgres(database.url(), { max: 3, onnotice: () => {} });
  parts.defer(() => sql.end());

  const log: LogLine[] = [];
  let deferred: Promise<unknown>[] = [];
  let handOvers = 0;
  const appOptions: AppOptions = {
    ...services,
    log: (level, event, facts = {}) => log.push({ level, event, facts }),
    defer: (work) => void deferred.push(work),
    handOver: () => Promise.resolve(void (handOvers += 1)),
    ...(options.budgetMs === undefined ? {} : { budgetMs: options.budgetMs }),
    ...(options.findUser ? { findUser: options.findUser } : {}),
  };
  const app = createApp(appOptions);

  const request: TestMirror['request'] = async (path, init) => {
    const response = await app.request(`/airtable${path}`, init);
    while (deferred.length > 0) await Promise.all(deferred.splice(0));
    deferred = [];
    return response;
  };
  const webhook = async (): Promise<{ id: string; mac_secret_base64: string }> =>
    (await sql<{ id: string; mac_secret_base64: string }[]>`select * from airtable.webhooks`)[0]!;
  const sim: TestMirror['sim'] = async (path, body) => {
    const response = await fetch(`${simulator.url}/_sim/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    });
    if (!response.ok) throw new Error(await response.text());
  };

  return {
    sql,
    simulator,
    baseId: BASE_ID,
    options: appOptions,
    log,
    get handOvers() {
      return handOvers;
    },
    request,
    post: (path, body) =>
      request(path, {
        method: 'POST',
        headers: { 'x-sync-secret': SYNC_SECRET, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async ping() {
      const { id, mac_secret_base64 } = await webhook();
      const body = JSON.stringify({ base: { id: BASE_ID }, webhook: { id }, timestamp: new Date() });
      const key = await crypto.subtle.importKey(
        'raw',
        Buffer.from(mac_secret_base64, 'base64'),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign'],
      );
      const mac = await crypto.subtle.sign('HMAC', key, Buffer.from(body));
      return request('/webhook', {
        method: 'POST',
        headers: { 'x-airtable-content-mac': `hmac-sha256=${Buffer.from(mac).toString('hex')}` },
        body,
      });
    },
    tableId: (name) => simulator.base.table(name).id,
    webhookId: async () => (await webhook()).id,
    faults: (settings) => sim('faults', settings),
    sim,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
