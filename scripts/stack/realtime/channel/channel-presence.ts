import type { OpenChannel } from './open-channel.ts';
import type { PresenceDiff } from './presence-list.ts';
import { isRecord, type ClientMessage } from '../wire/protocol.ts';
import { sharedMessage } from '../wire/shared-message.ts';

/** Tracks or untracks the client, and tells everyone in the room, the client too. */
export async function handlePresence(channel: OpenChannel, message: ClientMessage): Promise<void> {
  const payload = isRecord(message.payload) ? message.payload : {};
  if (typeof payload.event !== 'string') return channel.reply(message.ref, 'ok');
  if (!channel.presenceCalls.take()) return channel.close('Client presence rate limit exceeded');
  switch (payload.event.toLowerCase()) {
    case 'track':
      return track(channel, message.ref, payload.payload ?? {});
    case 'untrack':
      leavePresence(channel);
      return channel.reply(message.ref, 'ok');
    default:
      return channel.reply(message.ref, 'error');
  }
}

/** Tells the room that the client is no longer present, if it was. */
export function leavePresence(channel: OpenChannel): void {
  const diff = channel.room?.presence.untrack(channel);
  if (diff) announce(channel, diff);
}

/** Tells a client who is present, if it asked for presence and may know. */
export function pushPresenceState(channel: OpenChannel): void {
  if (!channel.config.presenceEnabled || !channel.rights.readsPresence || !channel.room) return;
  if (countPresence(channel)) channel.push('presence_state', channel.room.presence.state());
}

async function track(channel: OpenChannel, ref: string | null, payload: unknown): Promise<void> {
  if (!(await mayTrack(channel))) return channel.reply(ref, 'error');
  if (channel.closed.aborted || !channel.room) return;
  if (!isRecord(payload)) {
    return channel.reply(ref, 'error', { reason: 'Presence track payload must be a map' });
  }
  if (Buffer.byteLength(JSON.stringify(payload)) > channel.context.limits.payloadBytes) {
    return channel.close('Track message size exceeded');
  }
  if (!countPresence(channel)) return;
  const diff = channel.room.presence.track(channel, channel.config.presenceKey, payload);
  if (diff) announce(channel, diff);
  channel.reply(ref, 'ok');
}

async function mayTrack(channel: OpenChannel): Promise<boolean> {
  try {
    await channel.rights.askPresence();
    const { presence } = await channel.rights.writes();
    return presence === true;
  } catch (error) {
    channel.context.log(`channel ${channel.topic}: rights to track unknown: ${(error as Error).message}`);
    return false;
  }
}

function announce(channel: OpenChannel, diff: PresenceDiff): void {
  const shared = sharedMessage(channel.topic, 'presence_diff', JSON.stringify(diff));
  const members = channel.room?.members ?? new Set();
  channel.context.rates.presence.add(members.size);
  for (const member of members) member.deliverPresence(shared);
}

/** @returns false after closing the channel because there is too much presence on this server. */
function countPresence(channel: OpenChannel): boolean {
  const { presence } = channel.context.rates;
  presence.add();
  if (presence.exceeded) channel.close('Too many presence messages per second');
  return !presence.exceeded;
}
