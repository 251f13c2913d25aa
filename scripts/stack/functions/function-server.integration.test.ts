import { createHmac, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createFunctionsProxy } from '../gateway/functions-proxy.ts';
import { createLocalKeys } from '../gateway/local-keys.ts';
import {
  createFunctionServer,
  type FunctionServer,
  type FunctionServerOptions,
} from './create-function-server.ts';
import { platformEnv } from './platform-env.ts';

const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));
const MAC_SECRET = 'mac secret';
const DENO_DIR = mkdtempSync(join(tmpdir(), 'civstart-deno-'));

interface Rig extends AsyncDisposable {
  functions: FunctionServer;
  lines: string[];
  url: string;
}

let rig: Rig;
beforeAll(async () => {
  rig = await start();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  rmSync(DENO_DIR, { recursive: true });
});

async function start(options: Partial<FunctionServerOptions> = {}): Promise<Rig> {
  await using parts = new AsyncDisposableStack();
  const lines: string[] = [];
  const functions = parts.use(
    createFunctionServer({
      functions: [
        { name: 'echo', entrypoint: join(FIXTURES, 'echo/index.ts'), importMap: join(FIXTURES, 'deno.json') },
      ],
      env: {
        ...platformEnv({
          apiUrl: 'http://127.0.0.1:54321',
          databaseUrl: 'postgresql://x',
          keys: await createLocalKeys(),
        }),
        MAC_SECRET,
      },
      denoDir: DENO_DIR,
      log: (line) => lines.push(line),
      ...options,
    }),
  );
  await functions.ready;
  const proxy = parts.use(createFunctionsProxy(functions));
  const server = createServer((request, response) => proxy.handle(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  parts.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const owned = parts.move();
  return {
    functions,
    lines,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/functions/v1`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test('the bytes of a body arrive as they were sent: their MAC is the same', async () => {
  const body = Buffer.concat([randomBytes(300_000), Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a])]);
  const response = await fetch(`${rig.url}/echo/sign`, { method: 'POST', body });
  const mac = createHmac('sha256', MAC_SECRET).update(body).digest('hex');
  expect(await response.json()).toEqual({ length: body.length, mac });
});

test('a body of unknown length arrives with methods that seldom have one', async () => {
  const body = new Blob(['one', 'two']).stream();
  const request: RequestInit & { duplex: 'half' } = { method: 'DELETE', body, duplex: 'half' };
  const response = await fetch(`${rig.url}/echo/sign`, request);
  expect(await response.json()).toMatchObject({ length: 6 });
});

test('a function sees its name first in the path, the query, and the headers of the caller', async () => {
  const response = await fetch(`${rig.url}/echo/request/a%20b?c=d%2Fe`, {
    method: 'PUT',
    headers: { 'x-sync-secret': 's', authorization: 'Bearer sb_secret_x', apikey: 'sb_secret_x' },
  });
  expect(await response.json()).toMatchObject({
    method: 'PUT',
    path: '/echo/request/a%20b?c=d%2Fe',
    headers: {
      'x-sync-secret': 's',
      authorization: 'Bearer sb_secret_x',
      apikey: 'sb_secret_x',
      host: new URL(rig.url).host,
      'x-forwarded-proto': 'http',
    },
  });
});

test('chunks go in and come out while the request is still being sent', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const request: RequestInit & { duplex: 'half' } = { method: 'POST', body: readable, duplex: 'half' };
  const answer = fetch(`${rig.url}/echo/stream`, request);
  await writer.write(Buffer.from('first'));
  const response = await answer;
  expect([response.status, response.headers.get('x-kept')]).toEqual([201, 'yes']);
  const reader = response.body!.getReader();
  expect(Buffer.from((await reader.read()).value!).toString()).toBe('first');
  await writer.write(Buffer.from('second'));
  expect(Buffer.from((await reader.read()).value!).toString()).toBe('second');
  await writer.close();
  expect((await reader.read()).done).toBe(true);
});

test('the environment is the platform’s and the secrets given, and nothing of this process', async () => {
  vi.stubEnv('FOREIGN_VARIABLE', 'private');
  await using other = await start();
  const response = await fetch(`${other.url}/echo/env`);
  expect(await response.json()).toEqual({
    url: 'http://127.0.0.1:54321',
    secretKeys: expect.stringMatching(/^\{"default":"sb_secret_/) as string,
  });
});

test('an unknown function → 404', async () => {
  expect((await fetch(`${rig.url}/nothing/x`)).status).toBe(404);
});

test('a function killed with -9 answers 503 in JSON, says so in the log, and comes back by itself', async () => {
  await using own = await start();
  const { functions, lines, url } = own;
  process.kill(functions.pid('echo')!, 'SIGKILL');
  await vi.waitFor(() => expect(functions.url('echo')).toBeUndefined(), { timeout: 5_000, interval: 5 });
  const dead = await fetch(`${url}/echo/env`);
  expect(dead.status).toBe(503);
  expect(await dead.json()).toMatchObject({ message: expect.stringContaining('is not running') as string });
  await vi.waitFor(() => expect(functions.url('echo')).toBeDefined(), { timeout: 10_000 });
  expect((await fetch(`${url}/echo/env`)).status).toBe(200);
  expect(lines).toContain('echo: the function ended with SIGKILL');
});

test('disposing waits for EdgeRuntime.waitUntil, and a rejection there ends nothing', async () => {
  const waiting = Promise.withResolvers<ServerResponse>();
  const calls: string[] = [];
  const outside = createServer((request, response) => {
    calls.push(request.url ?? '');
    if (request.url === '/until') waiting.resolve(response);
    else response.end();
  });
  await once(outside.listen(0, '127.0.0.1'), 'listening');
  const base = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  try {
    const own = await start();
    const response = await fetch(`${own.url}/echo/later`, {
      method: 'POST',
      body: JSON.stringify({ until: `${base}/until`, url: `${base}/done` }),
    });
    expect(response.status).toBe(204);
    const blocked = await waiting.promise;
    const address = own.functions.url('echo')!;
    const disposed = own[Symbol.asyncDispose]();
    // It takes no more requests, and is there for its work only.
    await vi.waitFor(() => expect(fetch(address)).rejects.toThrow());
    blocked.end();
    await disposed;
    expect(calls).toEqual(['/until', '/done']);
    expect(own.lines.join('\n')).toContain('must not end the process');
  } finally {
    outside.closeAllConnections();
    outside.close();
  }
});

test('a changed file is served without a gap, and one that does not start leaves the old one serving', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'civstart-function-'));
  const entrypoint = join(folder, 'index.ts');
  const write = (text: string): void => writeFileSync(entrypoint, text);
  const says = (word: string): string => `Deno.serve(() => new Response('${word}'));`;
  cpSync(join(FIXTURES, 'deno.json'), join(folder, 'deno.json'));
  write(says('one'));
  try {
    await using own = await start({
      functions: [{ name: 'echo', entrypoint, importMap: join(folder, 'deno.json') }],
      watch: true,
    });
    const answers = new Set<string | number>();
    const ask = async (): Promise<string> => {
      const response = await fetch(`${own.url}/echo`);
      answers.add(response.status);
      return response.text();
    };
    expect(await ask()).toBe('one');
    write(says('two'));
    await vi.waitFor(async () => expect(await ask()).toBe('two'), { timeout: 10_000, interval: 10 });
    write('this is no TypeScript');
    await vi.waitFor(() => expect(own.lines.join()).toContain('goes on without it'), { timeout: 10_000 });
    expect(await ask()).toBe('two');
    write(says('three'));
    await vi.waitFor(async () => expect(await ask()).toBe('three'), { timeout: 10_000, interval: 10 });
    expect([...answers]).toEqual([200]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('no process is left after disposing', async () => {
  const own = await start();
  const pid = own.functions.pid('echo')!;
  await own[Symbol.asyncDispose]();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
