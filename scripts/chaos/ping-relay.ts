import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address that stays while the function behind it dies and comes back. */
export interface PingRelay extends AsyncDisposable {
  readonly url: string;
}

/** Hands every request on to where `target` says; answers 503 when nobody is there, as the platform does. */
export async function createPingRelay(target: () => Promise<string>): Promise<PingRelay> {
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const answer = await fetch(`${await target()}${request.url ?? ''}`, {
          method: request.method ?? 'POST',
          headers: { connection: 'close', ...headersOf(request) },
          body: await bodyOf(request),
        });
        response.writeHead(answer.status).end(await answer.text());
      } catch {
        response.writeHead(503).end();
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const names = ['content-type', 'x-airtable-content-mac'];
  return Object.fromEntries(names.map((name) => [name, String(request.headers[name] ?? '')]));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
