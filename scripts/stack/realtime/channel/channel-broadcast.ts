import type { Rights } from '../authorizer.ts';
import type { OpenChannel } from './open-channel.ts';
import type { ClientMessage } from '../wire/protocol.ts';
import { sharedMessage, userBroadcast } from '../wire/shared-message.ts';

/** Sends a client's message to the others in its room. Without the right to, it goes nowhere and gets no answer. */
export function handleBroadcast(channel: OpenChannel, message: ClientMessage): void | Promise<void> {
  const rights = channel.rights.writes();
  if (!(rights instanceof Promise)) return send(channel, message, rights);
  return rights.then(
    (granted) => send(channel, message, granted),
    (error: Error) =>
      channel.context.log(`channel ${channel.topic}: rights to send unknown: ${error.message}`),
  );
}

function send(channel: OpenChannel, message: ClientMessage, rights: Rights): void {
  if (!rights.broadcast || channel.closed.aborted) return;
  const { rooms, rates, limits } = channel.context;
  const { ack, self, private: isPrivate } = channel.config;
  rates.messages.add();

  const payload = message.broadcast ? null : JSON.stringify(message.payload);
  const size = message.broadcast?.bytes.length ?? Buffer.byteLength(payload!);
  if (size > limits.payloadBytes) {
    if (ack) channel.reply(message.ref, 'error', 'payload_size_exceeded');
    return;
  }
  const shared = message.broadcast
    ? userBroadcast(channel.topic, message.broadcast)
    : sharedMessage(channel.topic, 'broadcast', payload!);
  rooms.broadcast(isPrivate, channel.topic, shared, self ? undefined : channel);
  if (ack) channel.reply(message.ref, 'ok');
}
