import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Authorizer } from './authorizer.ts';
import { createDatabasePool } from './database-pool.ts';
import { databaseBroadcaster, MESSAGES_PUBLICATION } from './replication/database-broadcast.ts';
import { checkHandshake, HandshakeError, refuseHandshake } from './handshake.ts';
import { handleBroadcastRequest } from './http/http-broadcast.ts';
import { DEFAULT_LIMITS, type RealtimeLimits } from './limits.ts';
import { maintainPartitions } from './partitions.ts';
import { PostgresChanges } from './postgres-changes/postgres-changes.ts';
import { RateCounter } from './rate-counter.ts';
import type { RealtimeContext } from './realtime-context.ts';
import { ReplicationStream } from './replication/replication-stream.ts';
import { StreamedTransactions } from './replication/streamed-transactions.ts';
import { Rooms } from './room.ts';
import { customHeaders, RealtimeSocket } from './socket.ts';
import { tokenKey, verifyToken } from './token.ts';

export interface RealtimeServerOptions {
  /** As a superuser: the server asks policies in the name of others, and reads the WAL. */
  databaseUrl: string;
  jwtSecret: string;
  /** How long a refused join waits for its answer; 5 s as on the platform. */
  joinErrorDelayMs?: number;
  limits?: Partial<RealtimeLimits>;
  log?: (line: string) => void;
}

/** Supabase Realtime for the local stack. The HTTP port is someone else's, who hands its requests over. */
export interface RealtimeServer extends AsyncDisposable {
  /** For GET /realtime/v1/websocket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** For POST /realtime/v1/api/broadcast and below. */
  handleRequest(request: Request): Promise<Response>;
  /** Resolves once messages of the database are being streamed. */
  readonly ready: Promise<void>;
}

const JOIN_ERROR_DELAY_MS = 5000;
/** Hourly rather than daily: the machine may sleep over midnight. */
const PARTITIONS_EVERY_MS = 60 * 60 * 1000;
const GOODBYE_MS = 1000;

/** Makes the partitions of realtime.messages, then serves. Rejects when the database does not answer. */
export async function createRealtimeServer(options: RealtimeServerOptions): Promise<RealtimeServer> {
  const { databaseUrl, jwtSecret, log = () => undefined } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const database = createDatabasePool(databaseUrl, log);
  const { pool } = database;
  try {
    await maintainPartitions(pool);
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }

  const rates = {
    messages: new RateCounter(limits.messagesPerSecond, limits.measureEveryMs),
    joins: new RateCounter(limits.joinsPerSecond, limits.measureEveryMs),
    presence: new RateCounter(limits.presenceMessagesPerSecond, limits.measureEveryMs),
    changes: new RateCounter(limits.messagesPerSecond, limits.measureEveryMs),
  };
  const key = tokenKey(jwtSecret);
  const context: RealtimeContext = {
    pool,
    limits,
    rates,
    log,
    rooms: new Rooms(),
    streamed: new StreamedTransactions(pool, log),
    authorizer: new Authorizer(pool, () => maintainPartitions(pool)),
    changes: new PostgresChanges({ databaseUrl, pool, rate: rates.changes, log }),
    joinErrorDelayMs: options.joinErrorDelayMs ?? JOIN_ERROR_DELAY_MS,
    verify: (token) => verifyToken(token, key),
    replicationReady: () => messages.streaming,
  };
  const messages = new ReplicationStream({
    databaseUrl,
    pool,
    publication: MESSAGES_PUBLICATION,
    onMessage: databaseBroadcaster(context),
    log,
  });

  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
  });
  const sockets = new Set<RealtimeSocket>();
  const open = new Set<Promise<void>>();
  const timers = [
    setInterval(() => {
      for (const [name, rate] of Object.entries(rates)) {
        if (rate.tick()) log(`over the limit of ${rate.limit} ${name} per second`);
      }
      for (const socket of sockets) socket.endIfIdle();
    }, limits.measureEveryMs),
    setInterval(() => {
      maintainPartitions(pool).catch((error: Error) => log(`partitions could not be made: ${error.message}`));
    }, PARTITIONS_EVERY_MS),
  ];
  let stopped = false;

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { version, keyToken } = await checkHandshake(request, context, () => sockets.size);
    if (stopped) throw new HandshakeError(503, 'Realtime is restarting, please standby');
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const client = new RealtimeSocket({
        webSocket,
        context,
        version,
        keyToken,
        headers: customHeaders(request),
      });
      sockets.add(client);
      const closed = Promise.withResolvers<void>();
      open.add(closed.promise);
      webSocket.on('close', () => {
        sockets.delete(client);
        open.delete(closed.promise);
        closed.resolve();
      });
    });
  }

  return {
    get ready() {
      return messages.streaming;
    },

    handleUpgrade(request, socket, head) {
      const onError = (error: Error): void => log(`handshake: ${error.message}`);
      socket.on('error', onError);
      upgrade(request, socket, head)
        .catch((error: unknown) => {
          const known = error instanceof HandshakeError;
          if (!known) log(`handshake: ${(error as Error).stack}`);
          refuseHandshake(socket, known ? error : new HandshakeError(500, 'Error connecting to Realtime'));
        })
        .finally(() => socket.off('error', onError));
    },

    handleRequest: (request) => handleBroadcastRequest(context, request),

    async [Symbol.asyncDispose]() {
      stopped = true;
      timers.forEach(clearInterval);
      for (const socket of sockets) socket.goAway();
      const late = setTimeout(() => sockets.forEach((socket) => socket.terminate()), GOODBYE_MS);
      await Promise.all(open);
      clearTimeout(late);
      await Promise.all([messages[Symbol.asyncDispose](), context.changes[Symbol.asyncDispose]()]);
      await database[Symbol.asyncDispose]();
    },
  };
}
