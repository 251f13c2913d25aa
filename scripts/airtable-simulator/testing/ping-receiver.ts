import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

interface Ping {
  body: string;
  mac: string;
}

/** A server that takes pings and answers as told; for tests. */
export interface PingReceiver extends AsyncDisposable {
  readonly url: string;
  readonly pings: Ping[];
  /** What it answers from now on; a function is asked for each ping. */
  answer: number | (() => number | Promise<number>);
  /** Resolves when `count` pings have come in all. */
  received(count: number): Promise<void>;
}

export async function openPingReceiver(): Promise<PingReceiver> {
  const pings: Ping[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      pings.push({
        body: Buffer.concat(chunks).toString('utf8'),
        mac: String(request.headers['x-airtable-content-mac']),
      });
      const answer = receiver.answer;
      void Promise.resolve(typeof answer === 'function' ? answer() : answer).then((status) => {
        response.writeHead(status).end();
        for (const { resolve } of waiting.filter(({ count }) => pings.length >= count)) resolve();
        waiting = waiting.filter(({ count }) => pings.length < count);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: PingReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`,
    pings,
    answer: 204,
    received: (count) =>
      new Promise((resolve) => {
        if (pings.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
