import { PUBLIC_RIGHTS, PrivateRights, type ChannelRights } from './channel-rights.ts';
import { handleBroadcast } from './channel-broadcast.ts';
import { joinChannel } from './channel-join.ts';
import { handlePresence, leavePresence } from './channel-presence.ts';
import { ChannelToken, refreshToken } from './channel-token.ts';
import { PresenceCalls } from './presence-calls.ts';
import { readJoinConfig, type JoinConfig } from './join-config.ts';
import { encodeMessage } from '../wire/encode-frame.ts';
import type { ChannelTransport, OpenChannel } from './open-channel.ts';
import { TOPIC_PREFIX, type ClientMessage } from '../wire/protocol.ts';
import type { RealtimeContext } from '../realtime-context.ts';
import type { Room } from '../room.ts';
import { SerialQueue } from './serial-queue.ts';
import type { SharedMessage } from '../wire/shared-message.ts';
import type { Claims } from '../token.ts';

/** One topic joined by one client. Handles its messages one after another. */
export class Channel implements OpenChannel {
  readonly context: RealtimeContext;
  readonly transport: ChannelTransport;
  /** As the client named it, with the prefix. */
  readonly wireTopic: string;
  readonly topic: string;
  readonly joinRef: string | null;
  readonly config: JoinConfig;
  readonly token: ChannelToken;
  readonly presenceCalls: PresenceCalls;
  rights: ChannelRights = PUBLIC_RIGHTS;
  room: Room | null = null;
  #closed = new AbortController();
  #queue: SerialQueue;
  /** Messages that arrive during the join; null once it is over. */
  #held: SharedMessage[] | null = [];
  #replayed = new Set<string>();

  constructor(context: RealtimeContext, transport: ChannelTransport, join: ClientMessage) {
    this.context = context;
    this.transport = transport;
    this.wireTopic = join.topic;
    this.topic = join.topic.slice(TOPIC_PREFIX.length);
    this.joinRef = join.joinRef;
    this.config = readJoinConfig(join.payload);
    this.token = new ChannelToken(this, this.config.accessToken ?? transport.keyToken);
    this.presenceCalls = new PresenceCalls(context.limits);
    this.#queue = new SerialQueue((error) => {
      context.log(`channel ${this.topic}: ${error instanceof Error ? error.stack : String(error)}`);
      this.close('Unknown Error on Channel');
    });
  }

  /** Begins the join. Not in the constructor: the connection must know the channel by then. */
  open(ref: string | null): void {
    this.#queue.run(() => joinChannel(this, ref));
  }

  /** Aborted when the channel is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  receive(message: ClientMessage): void {
    // The client raced a rejoin: the message belongs to a channel that is gone.
    if (message.joinRef !== null && message.joinRef !== this.joinRef) return;
    this.#queue.run(() => this.#handle(message));
  }

  enterRoom(): void {
    this.room = this.context.rooms.enter(this.config.private, this.topic, this);
  }

  /** Ends the join: from here on messages go out as they come, but for those replayed. */
  release(replayed: Set<string>): void {
    this.#replayed = replayed;
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) this.deliver(message);
  }

  deliver(message: SharedMessage): void {
    if (this.closed.aborted) return;
    if (this.#held) {
      this.#held.push(message);
      return;
    }
    if (!this.rights.readsBroadcast || (message.id && this.#replayed.has(message.id))) return;
    const frame = message.frame(this.transport.version);
    if (!frame) return;
    const { messages } = this.context.rates;
    messages.add();
    this.transport.send(frame);
    if (messages.exceeded) this.close('Too many messages per second');
  }

  deliverPresence(diff: SharedMessage): void {
    if (this.closed.aborted || this.#held || !this.rights.readsPresence) return;
    const frame = diff.frame(this.transport.version);
    if (frame) this.transport.send(frame);
  }

  deliverChanges(changes: SharedMessage): void {
    const frame = this.closed.aborted ? null : changes.frame(this.transport.version);
    if (frame) this.transport.send(frame);
  }

  push(event: string, payload: unknown): void {
    this.#send(null, event, payload);
  }

  reply(ref: string | null, status: 'ok' | 'error', response: unknown = {}): void {
    this.#send(ref, 'phx_reply', { status, response });
  }

  pushSystem(status: 'ok' | 'error', message: string, extension = 'system'): void {
    this.push('system', { extension, status, message, channel: this.topic });
  }

  async askRights(claims: Claims): Promise<ChannelRights> {
    if (!this.config.private) return PUBLIC_RIGHTS;
    const context = { topic: this.topic, claims, headers: this.transport.headers };
    return PrivateRights.ask(this.context.authorizer, context, this.config.presenceEnabled);
  }

  /** Closes the channel for good, saying why where there is a reason. */
  close(reason?: string): void {
    if (this.closed.aborted) return;
    if (reason !== undefined) this.pushSystem('error', reason);
    this.#send(this.joinRef, 'phx_close', {});
    this.abandon();
  }

  /** Ends without a word: the client is gone or has been answered already. */
  abandon(): void {
    if (this.closed.aborted) return;
    this.#closed.abort();
    this.#queue.clear();
    this.token.stop();
    leavePresence(this);
    if (this.room) this.context.rooms.leave(this.config.private, this.topic, this);
    this.context.changes.unsubscribe(this);
    this.transport.forget(this);
  }

  #handle(message: ClientMessage): void | Promise<void> {
    switch (message.event) {
      case 'broadcast':
        return handleBroadcast(this, message);
      case 'presence':
        return handlePresence(this, message);
      case 'access_token':
        return refreshToken(this, message.payload);
      case 'phx_leave':
        this.reply(message.ref, 'ok');
        return this.close();
      default:
        this.context.rates.messages.add();
        this.context.log(`channel ${this.topic}: unexpected event ${message.event}`);
    }
  }

  #send(ref: string | null, event: string, payload: unknown): void {
    if (this.closed.aborted) return;
    const { joinRef, wireTopic: topic } = this;
    this.transport.send(encodeMessage(this.transport.version, { joinRef, ref, topic, event, payload }));
  }
}
