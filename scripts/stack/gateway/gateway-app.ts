import { Hono } from 'hono';
import type { AdminUserStore } from './admin-user-store.ts';
import { adminUsers } from './admin-users.ts';
import type { AuthService } from './auth-service.ts';
import { cors } from './cors.ts';
import type { DatabaseWatch } from './database-watch.ts';
import type { FunctionDirectory } from './functions-proxy.ts';
import type { LocalKeys } from './local-keys.ts';
import { databaseIsDown } from './postgrest-error.ts';
import { swapRealtimeKeys } from './realtime-key.ts';
import type { RealtimeServer } from './realtime-server.ts';
import type { RestService } from './rest-service.ts';

/** The services behind the gateway's routes. */
export interface GatewayParts {
  rest: RestService;
  auth: AuthService;
  users: AdminUserStore;
  database: DatabaseWatch;
  realtime: RealtimeServer;
  functions: FunctionDirectory;
  keys: LocalKeys;
  log: (line: string) => void;
}

/** Which path belongs to whom, but for functions, and what is answered when Postgres is away. */
export function gatewayApp(parts: GatewayParts): Hono {
  const { rest, auth, users, database, realtime, functions, keys, log } = parts;
  const app = new Hono();

  app.use(cors);

  app.use('/rest/v1/*', async (_c, next) => (database.isUp ? next() : databaseIsDown()));
  app.all('/rest/v1/*', (c) => rest.fetch(c.req.raw));

  app.use('/auth/v1/*', async (c, next) => {
    if (!database.isUp) return databaseIsDown();
    await next();
    // The answer to a request that Postgres left in the middle of.
    if (c.res.status >= 500 && !(await database.probe())) c.res = databaseIsDown();
  });
  app.route('/auth/v1/admin/users', adminUsers(users, keys));
  app.all('/auth/v1/*', (c) => auth.fetch(c.req.raw, `${new URL(c.req.url).origin}/auth/v1`));

  app.all('/realtime/v1/*', (c) => {
    const { url, headers } = swapRealtimeKeys(c.req.url, c.req.header(), keys);
    return realtime.handleRequest(
      new Request(new URL(url, c.req.url), {
        method: c.req.method,
        headers,
        ...(c.req.raw.body === null ? {} : { body: c.req.raw.body, duplex: 'half' }),
      }),
    );
  });

  app.get('/', (c) =>
    c.json({
      name: 'CivStart Live: local stack',
      paths: [
        '/rest/v1',
        '/auth/v1',
        '/realtime/v1',
        ...functions.names.map((name) => `/functions/v1/${name}`),
      ],
    }),
  );
  app.notFound((c) => c.json({ message: 'no Route matched with those values' }, 404));
  app.onError((error, c) => {
    log(`gateway: ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.json({ message: 'An unexpected error occurred; the log of the local stack says more.' }, 500);
  });
  return app;
}
