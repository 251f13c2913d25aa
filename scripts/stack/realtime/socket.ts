import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { Channel } from './channel/channel.ts';
import type { ChannelTransport, OpenChannel } from './channel/open-channel.ts';
import { decodeFrame } from './wire/decode-frame.ts';
import { encodeMessage } from './wire/encode-frame.ts';
import { TOPIC_PREFIX, type ClientMessage, type Frame, type ProtocolVersion } from './wire/protocol.ts';
import type { RealtimeContext } from './realtime-context.ts';

export interface SocketOptions {
  webSocket: WebSocket;
  context: RealtimeContext;
  version: ProtocolVersion;
  keyToken: string;
  headers: Record<string, string>;
}

const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** One client's connection and the channels it joined. */
export class RealtimeSocket implements ChannelTransport {
  readonly version: ProtocolVersion;
  readonly keyToken: string;
  readonly headers: Record<string, string>;
  #webSocket: WebSocket;
  #context: RealtimeContext;
  #channels = new Map<string, Channel>();
  #heardAt = performance.now();

  constructor({ webSocket, context, version, keyToken, headers }: SocketOptions) {
    this.version = version;
    this.keyToken = keyToken;
    this.headers = headers;
    this.#webSocket = webSocket;
    this.#context = context;
    webSocket.on('message', (data: Buffer, binary: boolean) => this.#receive(data, binary));
    webSocket.on('error', (error) => context.log(`socket: ${error.message}`));
    webSocket.on('close', () => {
      for (const channel of [...this.#channels.values()]) channel.abandon();
    });
  }

  get channelCount(): number {
    return this.#channels.size;
  }

  send({ data, binary }: Frame): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    this.#webSocket.send(data, { binary, compress: false });
    if (this.#webSocket.bufferedAmount > this.#context.limits.bufferedBytes) {
      this.#context.log(`socket: ${this.#webSocket.bufferedAmount} bytes unsent, cut off`);
      this.#webSocket.terminate();
    }
  }

  forget(channel: OpenChannel): void {
    if (this.#channels.get(channel.wireTopic) === channel) this.#channels.delete(channel.wireTopic);
  }

  disconnect(reason: string): void {
    this.#webSocket.close(TRY_AGAIN_LATER, reason);
  }

  /** Ends a connection that has been silent for too long: its client is gone without having said so. */
  endIfIdle(): void {
    if (performance.now() - this.#heardAt > this.#context.limits.idleMs) this.#webSocket.terminate();
  }

  /** Says that the server stops. Clients connect again by themselves. */
  goAway(): void {
    this.#webSocket.close(GOING_AWAY);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  #receive(data: Buffer, binary: boolean): void {
    this.#heardAt = performance.now();
    try {
      this.#handle(decodeFrame(this.version, data, binary));
    } catch (error) {
      this.#context.log(`MalformedWebSocketMessage: ${(error as Error).message}`);
    }
  }

  #handle(message: ClientMessage): void {
    const { topic, event, ref } = message;
    if (topic === 'phoenix' && event === 'heartbeat') return this.#reply(message, 'ok', {});
    if (event === 'phx_join' && topic.startsWith(TOPIC_PREFIX)) return this.#join(message);
    const channel = this.#channels.get(topic);
    if (channel) return channel.receive(message);
    if (event === 'phx_leave') return this.#reply(message, 'ok', {});
    this.#context.log(`unmatched topic ${topic}, event ${event}, ref ${ref}`);
    this.#reply(message, 'error', { reason: 'unmatched topic' });
  }

  #join(message: ClientMessage): void {
    this.#channels.get(message.topic)?.close();
    const channel = new Channel(this.#context, this, message);
    this.#channels.set(message.topic, channel);
    channel.open(message.ref);
  }

  #reply({ joinRef, ref, topic }: ClientMessage, status: 'ok' | 'error', response: object): void {
    const payload = { status, response };
    this.send(encodeMessage(this.version, { joinRef, ref, topic, event: 'phx_reply', payload }));
  }
}

/** The headers of a handshake that policies may read. */
export function customHeaders(request: IncomingMessage): Record<string, string> {
  const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('x-'));
  return Object.fromEntries(headers.map(([name, value]) => [name, String(value)]));
}
