import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { RealtimeServer } from './realtime-server.ts';
import { createTestGateway, type TestGateway } from './testing/test-gateway.ts';

interface Seen {
  path: string;
  key: string | undefined;
  body?: string;
}

const seen: Seen[] = [];
const sockets = new WebSocketServer({ noServer: true });

/** Answers each frame with itself, and notes what it was asked with. */
const echo: RealtimeServer = {
  ready: Promise.resolve(),
  handleUpgrade(request, socket, head) {
    const url = new URL(request.url ?? '', 'http://localhost');
    seen.push({
      path: url.pathname,
      key: url.searchParams.get('apikey') ?? (request.headers.apikey as string),
    });
    sockets.handleUpgrade(request, socket, head, (client) =>
      client.on('message', (data) => client.send(data)),
    );
  },
  async handleRequest(request) {
    seen.push({
      path: new URL(request.url).pathname,
      key: request.headers.get('apikey') ?? undefined,
      body: await request.text(),
    });
    return new Response(null, { status: 202 });
  },
  [Symbol.asyncDispose]: () => Promise.resolve(sockets.close()),
};

let stack: TestGateway;
beforeAll(async () => {
  stack = await createTestGateway('', { realtime: echo });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await echo[Symbol.asyncDispose]();
});

test('a socket reaches Realtime with the JWT of its key, from the query or from a header', async () => {
  const base = `${stack.gateway.url.replace('http', 'ws')}/realtime/v1/websocket`;
  seen.length = 0;
  for (const connect of [
    () => new WebSocket(`${base}?apikey=${stack.keys.publishableKey}&vsn=2.0.0`),
    () => new WebSocket(base, { headers: { apikey: stack.keys.secretKey } }),
  ]) {
    const socket = connect();
    await once(socket, 'open');
    socket.send('ping');
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(data.toString()).toBe('ping');
    socket.close();
    await once(socket, 'close');
  }
  const path = '/realtime/v1/websocket';
  expect(seen).toEqual([
    { path, key: stack.keys.anonKey },
    { path, key: stack.keys.serviceRoleKey },
  ]);
});

test('a broadcast over HTTP reaches Realtime with the JWT of its key and its body', async () => {
  seen.length = 0;
  const channel = stack.client(stack.keys.secretKey).channel('room', { config: { private: true } });
  expect(await channel.httpSend('ping', { n: 1 })).toEqual({ success: true });
  expect(seen).toMatchObject([{ key: stack.keys.serviceRoleKey }]);
  expect(seen[0]?.path).toMatch(/^\/realtime\/v1\/api\/broadcast/);
  expect(seen[0]?.body).toContain('"n":1');
});

test('an upgrade elsewhere → 404, and a client that goes away in the middle ends nothing', async () => {
  const { port } = stack.gateway;
  const raw = createConnection(port, '127.0.0.1');
  const request = (path: string): string =>
    `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
  raw.write(request('/rest/v1/x'));
  const [answer] = (await once(raw, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 404/);
  const gone = createConnection(port, '127.0.0.1');
  gone.write(request('/realtime/v1/websocket'));
  gone.resetAndDestroy();
  expect((await fetch(stack.gateway.url)).status).toBe(200);
});

test('disposing ends open sockets instead of waiting for them', async () => {
  const own = await createTestGateway('', { realtime: echo });
  const socket = new WebSocket(`${own.gateway.url.replace('http', 'ws')}/realtime/v1/websocket`);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await own[Symbol.asyncDispose]();
  await closed;
});
