import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Inbox } from './inbox.ts';

/** A message as it was on the wire, whatever the version. */
export interface RawMessage {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
  binary: boolean;
}

/** A client that writes the protocol by hand. */
export class RawClient implements Disposable {
  readonly inbox = new Inbox<RawMessage>();
  readonly webSocket: WebSocket;
  readonly closed: Promise<number>;
  #version: string;
  #lastRef = 0;

  constructor(url: string, apikey: string, version: '1.0.0' | '2.0.0') {
    this.#version = version;
    const vsn = version === '1.0.0' ? '' : '&vsn=2.0.0';
    this.webSocket = new WebSocket(`${url}/realtime/v1/websocket?apikey=${apikey}${vsn}`);
    this.webSocket.on('message', (data: Buffer, binary: boolean) =>
      this.inbox.push(this.#read(data, binary)),
    );
    this.closed = once(this.webSocket, 'close').then(([code]) => code as number);
    this.closed.catch(() => undefined);
  }

  async open(): Promise<this> {
    await once(this.webSocket, 'open');
    return this;
  }

  sendRaw(data: string | Buffer): void {
    this.webSocket.send(data);
  }

  /** @returns the message's ref. */
  send(topic: string, event: string, payload: unknown, joinRef: string | null = null): string {
    const ref = String(++this.#lastRef);
    const join = event === 'phx_join' ? ref : joinRef;
    this.sendRaw(
      this.#version === '1.0.0'
        ? JSON.stringify({ topic, event, payload, ref, join_ref: join })
        : JSON.stringify([join, ref, topic, event, payload]),
    );
    return ref;
  }

  /** Sends and waits for the answer. */
  async ask(
    topic: string,
    event: string,
    payload: unknown,
    joinRef: string | null = null,
  ): Promise<RawMessage> {
    const ref = this.send(topic, event, payload, joinRef);
    return this.inbox.next((message) => message.event === 'phx_reply' && message.ref === ref);
  }

  join(topic: string, config: object = {}, accessToken?: string): Promise<RawMessage> {
    return this.ask(`realtime:${topic}`, 'phx_join', { config, access_token: accessToken });
  }

  /** A round trip after which everything sent before has been handled. */
  async heartbeat(): Promise<void> {
    await this.ask('phoenix', 'heartbeat', {});
  }

  [Symbol.dispose](): void {
    this.webSocket.terminate();
  }

  #read(data: Buffer, binary: boolean): RawMessage {
    if (binary) return readBinary(data);
    const value = JSON.parse(data.toString()) as unknown;
    if (this.#version === '1.0.0') {
      const { join_ref: joinRef, ...message } = value as RawMessage & { join_ref: string | null };
      return { ...message, joinRef, binary };
    }
    const [joinRef, ref, topic, event, payload] = value as [
      string,
      string,
      string,
      string,
      RawMessage['payload'],
    ];
    return { joinRef, ref, topic, event, payload, binary };
  }
}

function readBinary(data: Buffer): RawMessage {
  const [kind, topicLength, eventLength, metaLength, encoding] = data as unknown as number[];
  if (kind !== 4) throw new Error(`a binary frame of kind ${kind}`);
  let offset = 5;
  const take = (length = data.length - offset): Buffer => data.subarray(offset, (offset += length));
  const topic = take(topicLength).toString();
  const event = take(eventLength).toString();
  const meta = take(metaLength).toString();
  const rest = take();
  const payload = encoding === 1 ? (JSON.parse(rest.toString()) as unknown) : rest;
  return {
    joinRef: null,
    ref: null,
    topic,
    event: 'broadcast',
    payload: { type: 'broadcast', event, payload, ...(meta ? { meta: JSON.parse(meta) as unknown } : {}) },
    binary: true,
  };
}
