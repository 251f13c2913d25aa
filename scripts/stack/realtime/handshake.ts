import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProtocolVersion } from './wire/protocol.ts';
import type { RealtimeContext } from './realtime-context.ts';
import { TokenError } from './token.ts';

/** What a handshake has shown. */
export interface Handshake {
  version: ProtocolVersion;
  keyToken: string;
}

/** A handshake that is answered with an HTTP error. */
export class HandshakeError extends Error {
  override name = 'HandshakeError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const PATH = /\/websocket\/?$/;

/** @throws {HandshakeError} when the client may not connect. */
export async function checkHandshake(
  request: IncomingMessage,
  context: RealtimeContext,
  connectionCount: () => number,
): Promise<Handshake> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!PATH.test(url.pathname)) throw new HandshakeError(404, 'Not found');
  const version = readVersion(url.searchParams.get('vsn'));
  const keyToken = request.headers['x-api-key'] ?? url.searchParams.get('apikey');
  if (typeof keyToken !== 'string' || keyToken === '') throw new HandshakeError(401, 'API key is missing');
  try {
    await context.verify(keyToken);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const expired = error.message.startsWith('Token has expired');
    throw new HandshakeError(401, expired ? 'Token has expired' : error.message);
  }
  if (connectionCount() >= context.limits.connections)
    throw new HandshakeError(429, 'Too many connected users');
  if (context.rates.joins.exceeded) throw new HandshakeError(429, 'Too many joins per second');
  return { version, keyToken };
}

/** Answers a handshake with an error and closes the connection. */
export function refuseHandshake(socket: Duplex, error: HandshakeError): void {
  const body = JSON.stringify({ error: error.message });
  const head = [
    `HTTP/1.1 ${error.status} Refused`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function readVersion(vsn: string | null): ProtocolVersion {
  if (vsn === null || vsn.startsWith('1.0.')) return '1.0.0';
  if (vsn.startsWith('2.0.')) return '2.0.0';
  throw new HandshakeError(403, `The version ${vsn} is not supported`);
}
