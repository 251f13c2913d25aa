import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { AdminUserStore } from './admin-user-store.ts';
import { createAuthService } from './auth-service.ts';
import { createDatabaseWatch } from './database-watch.ts';
import { createFunctionsProxy, type FunctionDirectory } from './functions-proxy.ts';
import { gatewayApp } from './gateway-app.ts';
import type { LocalKeys } from './local-keys.ts';
import type { ProjectConfig } from '../project-config.ts';
import { swapRealtimeKeys } from './realtime-key.ts';
import type { RealtimeServer } from './realtime-server.ts';
import { createRestService } from './rest-service.ts';

export interface GatewayOptions {
  /** 0 takes a free one. */
  port: number;
  /** Loopback only: whoever reaches this server can try its keys. */
  host?: string;
  /** The first two are named after their roles; `listenUrl` must see every table of public, as `postgres` does. */
  postgres: { authenticatorUrl: string; authAdminUrl: string; listenUrl: string };
  keys: LocalKeys;
  /** What supabase/config.toml says of sign-ups, tokens and row limits. */
  project: Pick<ProjectConfig, 'enableSignup' | 'jwtExpiryS' | 'maxRows'>;
  realtime: RealtimeServer;
  functions: FunctionDirectory;
  /** Where the web app is: links in mail lead there. */
  siteUrl: string;
  log?: (line: string) => void;
}

/** One address for everything that a Supabase project answers. Disposing leaves Realtime and the functions alone. */
export interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Reads the schema anew. DDL is noticed without it; this is for those who cannot wait for that. */
  refreshSchema(): Promise<void>;
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** Connects to Postgres, reads the schema and listens. Rejects when Postgres is away or the port is taken. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const {
    port,
    host = '127.0.0.1',
    postgres,
    keys,
    project,
    realtime,
    functions,
    siteUrl,
    log = () => {},
  } = options;
  if (!LOOPBACK.includes(host)) {
    throw new Error(`The gateway listens on this machine only (127.0.0.1), not on ${host}.`);
  }

  await using parts = new AsyncDisposableStack();
  const rest = parts.use(
    await createRestService({
      authenticatorUrl: postgres.authenticatorUrl,
      catalogUrl: postgres.listenUrl,
      keys,
      maxRows: project.maxRows,
      onLine: log,
    }),
  );
  const auth = parts.use(
    await createAuthService({ authAdminUrl: postgres.authAdminUrl, keys, siteUrl, ...project, onLine: log }),
  );
  const users = parts.use(new AdminUserStore(postgres.authAdminUrl));
  const database = parts.use(
    await createDatabaseWatch({
      url: postgres.listenUrl,
      onSchemaChange: () =>
        rest.refreshSchema().catch((error: unknown) => {
          log(`gateway: the schema could not be read: ${String(error)}`);
        }),
      onLine: log,
    }),
  );
  // DDL between the first reading and the start of listening went unheard.
  await rest.refreshSchema();
  const proxy = parts.use(createFunctionsProxy(functions));

  const app = gatewayApp({ rest, auth, users, database, realtime, functions, keys, log });
  const answer = getRequestListener((request) => app.fetch(request));
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/functions/v1/')) proxy.handle(request, response);
    else void answer(request, response);
  });
  server.keepAliveTimeout = 60_000;
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    if (!request.url?.startsWith('/realtime/v1/')) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const swapped = swapRealtimeKeys(request.url, request.headers, keys);
    request.url = swapped.url;
    request.headers = swapped.headers;
    realtime.handleUpgrade(request, socket, head);
  });
  const listeningOn = await listen(server, port, host);
  parts.defer(() => {
    // The server counts them and would wait for them; closeAllConnections knows nothing of them.
    for (const socket of upgraded) socket.destroy();
    return close(server);
  });

  const owned = parts.move();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listeningOn}`,
    port: listeningOn,
    refreshSchema: () => rest.refreshSchema(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Error(`Port ${port} of ${host} is taken by another program: the gateway needs it.`, {
              cause: error,
            })
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
