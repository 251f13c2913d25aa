import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What the gateway needs of Realtime. Requests and upgrades arrive with their path as the client sent it, and with JWTs for keys. */
export interface RealtimeServer extends AsyncDisposable {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  handleRequest(request: Request): Promise<Response>;
  readonly ready: Promise<void>;
}
