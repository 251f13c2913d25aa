import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { signToken } from '../../../scripts/stack/realtime/testing/realtime-harness.ts';
import { createRealtimeServer } from '../../../scripts/stack/realtime/realtime-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/stack/testing/test-database.ts';

export const JWT_SECRET = 'the-secret-of-this-project-with-at-least-32-characters';

/** Our migrations, without rows, and the Realtime server on them. */
export interface ProjectRealtime extends AsyncDisposable {
  readonly database: TestDatabase;
  /** A supabase-js client that speaks to Realtime alone, always with this token. */
  client(accessToken: string): Promise<SupabaseClient>;
}

/** Starts it. The limits are out of the way: the tests say in a second what people say in an hour. */
export async function createProjectRealtime(): Promise<ProjectRealtime> {
  const database = await createTestDatabase('project');
  const server = await createRealtimeServer({
    databaseUrl: database.url('supabase_admin'),
    jwtSecret: JWT_SECRET,
    joinErrorDelayMs: 0,
    limits: { messagesPerSecond: 1e6, joinsPerSecond: 1e6, connections: 1000, channelsPerConnection: 1000 },
  });
  await server.ready;
  const http = createServer();
  http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const anonKey = await signToken(null, { role: 'anon', secret: JWT_SECRET });
  const clients: SupabaseClient[] = [];

  return {
    database,
    async client(accessToken) {
      const client = createClient(url, anonKey, {
        accessToken: () => Promise.resolve(accessToken),
        realtime: { timeout: 20_000 },
      });
      clients.push(client);
      await client.realtime.setAuth();
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.realtime.disconnect();
      await server[Symbol.asyncDispose]();
      http.closeAllConnections();
      http.close();
      await database[Symbol.asyncDispose]();
    },
  };
}
