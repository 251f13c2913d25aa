import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address that stays while the function behind it dies and comes back. */
export interface Relay extends AsyncDisposable {
  readonly url: string;
  /** Where requests go. Nowhere at first. */
  target: (() => Promise<string>) | undefined;
}

/** The platform's gateway, for one function: hands requests on to where `target` says, answers 503 when nobody is there. */
export async function createRelay(): Promise<Relay> {
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const answer = await fetch(
          `${await relay.target?.()}${(request.url ?? '').replace('/functions/v1', '')}`,
          {
            method: request.method ?? 'POST',
            headers: { connection: 'close', ...headersOf(request) },
            body: await bodyOf(request),
          },
        );
        response.writeHead(answer.status).end(await answer.text());
      } catch {
        response.writeHead(503).end();
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: undefined,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return relay;
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const names = ['content-type', 'x-airtable-content-mac', 'x-sync-secret'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
