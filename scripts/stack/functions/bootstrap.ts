/**
 * Runs in Deno, before the function whose entrypoint is the only argument: makes the process behave as the
 * platform's runtime does. There a function chooses no port, may leave work behind with
 * `EdgeRuntime.waitUntil`, and is not ended before that work is done.
 */
import process from 'node:process';

interface Server {
  shutdown(): Promise<void>;
}
type Handler = (request: Request, info: unknown) => Response | Promise<Response>;
interface ServeOptions {
  handler?: Handler;
  hostname: string;
  port: number;
  onListen: (address: { port: number }) => void;
}
declare const Deno: {
  args: string[];
  serve: (this: void, options: ServeOptions, handler: Handler) => Server;
  addSignalListener(signal: 'SIGTERM', listener: () => void): void;
  exit(code: number): never;
};

// Node APIs that a package uses and should not are for its makers to hear of; a log of a function is for those who run it.
process.noDeprecation = true;

const servers: Server[] = [];
const background = new Set<Promise<unknown>>();

Object.assign(globalThis, {
  EdgeRuntime: {
    waitUntil<T>(work: Promise<T>): Promise<T> {
      const settled = work
        .catch((error: unknown) => console.error('EdgeRuntime.waitUntil:', error))
        .finally(() => background.delete(settled));
      background.add(settled);
      return work;
    },
  },
});

const serve = Deno.serve;
Deno.serve = (first: ServeOptions | Handler, second?: Handler): Server => {
  const handler = typeof first === 'function' ? first : (second ?? first.handler);
  if (handler === undefined) throw new TypeError('Deno.serve needs a handler.');
  const options: ServeOptions = {
    hostname: '127.0.0.1',
    port: 0,
    // The line that function-process.ts waits for.
    onListen: ({ port }) => console.log(`listening on port ${port}`),
  };
  const server = serve(options, handler);
  servers.push(server);
  return server;
};

Deno.addSignalListener('SIGTERM', () => {
  void (async () => {
    await Promise.all(servers.map((server) => server.shutdown()));
    // Work may leave work behind.
    while (background.size > 0) await Promise.all(background);
    Deno.exit(0);
  })();
});

const [entrypoint] = Deno.args;
if (entrypoint === undefined) throw new Error('bootstrap.ts needs the entrypoint of a function.');
await import(entrypoint);
