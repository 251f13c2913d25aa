import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

/** Where functions are served; `FunctionServer` is one. */
export interface FunctionDirectory {
  /** Every function there is, whether it runs or not. */
  readonly names: readonly string[];
  /** The address of the server that has it, without a slash at the end; undefined while it is not running. */
  url(name: string): string | undefined;
}

/** Passes `/functions/v1/<name>/…` on. Disposing ends the connections kept open. */
export interface FunctionsProxy extends Disposable {
  handle(incoming: IncomingMessage, outgoing: ServerResponse): void;
}

const PREFIX = '/functions/v1/';

/** Meant for the next hop only, by RFC 9110. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Forwards bodies in both directions as they come, byte for byte: a webhook's MAC is over the bytes that were
 * sent, and a function may stream. The function sees `/<name>/…`, as on the platform.
 */
export function createFunctionsProxy(functions: FunctionDirectory): FunctionsProxy {
  // An idle connection goes before Deno ends it, or a request could meet its end.
  const agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: 4_000 });

  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const path = (incoming.url ?? '').slice(PREFIX.length - 1);
    const name = decodeURIComponent(/^\/([^/?#]*)/.exec(path)?.[1] ?? '');
    if (!functions.names.includes(name)) {
      answer(outgoing, 404, { code: 'NOT_FOUND', message: 'Requested function was not found' });
      return;
    }
    const base = functions.url(name);
    if (base === undefined) {
      notRunning(outgoing, name);
      return;
    }

    const upstream = httpRequest(base + path, {
      agent,
      method: incoming.method ?? 'GET',
      headers: forwardedHeaders(incoming),
      setHost: false,
    });
    upstream.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, withoutHopByHop(response.rawHeaders));
      outgoing.flushHeaders();
      response.on('error', () => outgoing.destroy());
      response.pipe(outgoing);
    });
    upstream.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else notRunning(outgoing, name);
    });
    // Whoever went away frees the function from answering.
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) upstream.destroy();
    });
    incoming.on('error', () => upstream.destroy());
    incoming.pipe(upstream);
  };

  return { handle, [Symbol.dispose]: () => agent.destroy() };
}

function forwardedHeaders(incoming: IncomingMessage): string[] {
  const headers = withoutHopByHop(incoming.rawHeaders);
  const host = incoming.headers.host ?? 'localhost';
  if (incoming.headers['x-forwarded-for'] === undefined) {
    headers.push('x-forwarded-for', incoming.socket.remoteAddress ?? '127.0.0.1');
  }
  headers.push('x-forwarded-host', host, 'x-forwarded-proto', 'http');
  const length = incoming.headers['content-length'];
  // Without either, Node would send no body at all for a GET, and an empty one for a chunked POST.
  if (length === undefined && incoming.headers['transfer-encoding'] !== undefined) {
    headers.push('transfer-encoding', 'chunked');
  }
  return headers;
}

function withoutHopByHop(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (!HOP_BY_HOP.includes(name.toLowerCase())) kept.push(name, raw[i + 1] ?? '');
  }
  return kept;
}

function notRunning(outgoing: ServerResponse, name: string): void {
  answer(outgoing, 503, {
    code: 'BOOT_ERROR',
    message: `The function ${name} is not running; the log of the local stack says why. It is started again by itself.`,
  });
}

function answer(outgoing: ServerResponse, status: number, body: Record<string, string>): void {
  outgoing
    .writeHead(status, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    })
    .end(JSON.stringify(body));
}
