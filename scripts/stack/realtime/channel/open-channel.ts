import type { ChannelRights } from './channel-rights.ts';
import type { JoinConfig } from './join-config.ts';
import type { PresenceCalls } from './presence-calls.ts';
import type { RealtimeContext } from '../realtime-context.ts';
import type { Room, RoomMember } from '../room.ts';
import type { Claims } from '../token.ts';
import type { Frame, ProtocolVersion } from '../wire/protocol.ts';
import type { SharedMessage } from '../wire/shared-message.ts';

/** The connection that a channel belongs to. */
export interface ChannelTransport {
  readonly version: ProtocolVersion;
  /** The token of the API key that the connection was made with. */
  readonly keyToken: string;
  readonly headers: Record<string, string>;
  readonly channelCount: number;
  send(frame: Frame): void;
  /** Called once, when the channel is closed. */
  forget(channel: OpenChannel): void;
  disconnect(reason: string): void;
}

/** The token that a channel runs on. */
export interface HeldToken {
  readonly value: string;
  /** null until the token has been verified. */
  readonly claims: Claims | null;
  verify(value?: string): Promise<Claims>;
}

/** A channel as those know it who handle its messages. */
export interface OpenChannel extends RoomMember {
  readonly context: RealtimeContext;
  readonly transport: ChannelTransport;
  /** As the client named it, with the prefix. */
  readonly wireTopic: string;
  readonly topic: string;
  readonly joinRef: string | null;
  readonly config: JoinConfig;
  readonly token: HeldToken;
  readonly presenceCalls: PresenceCalls;
  rights: ChannelRights;
  readonly room: Room | null;
  readonly closed: AbortSignal;
  enterRoom(): void;
  release(replayed: Set<string>): void;
  deliverChanges(changes: SharedMessage): void;
  push(event: string, payload: unknown): void;
  reply(ref: string | null, status: 'ok' | 'error', response?: unknown): void;
  pushSystem(status: 'ok' | 'error', message: string, extension?: string): void;
  askRights(claims: Claims): Promise<ChannelRights>;
  close(reason?: string): void;
  abandon(): void;
}
