import { setTimeout as delay } from 'node:timers/promises';
import type { OpenChannel } from './open-channel.ts';
import { pushPresenceState } from './channel-presence.ts';
import { bindingsWithIds } from '../postgres-changes/postgres-changes-binding.ts';
import { refusal, RefusedError, unauthorized } from './refusal.ts';
import { readReplayRequest, storedMessages, type StoredMessage } from './replay.ts';
import { encodeBroadcast } from '../wire/encode-frame.ts';

const REPLICATION_READY_MS = 10_000;

/** Lets a client in, or tells it why not. */
export async function joinChannel(channel: OpenChannel, ref: string | null): Promise<void> {
  let replayed: StoredMessage[];
  try {
    replayed = await admit(channel);
  } catch (error) {
    return refuse(channel, ref, error);
  }
  if (channel.closed.aborted) return;
  const bindings = bindingsWithIds(channel.config.postgresChanges);
  channel.reply(ref, 'ok', { postgres_changes: bindings.map(({ params, id }) => ({ ...params, id })) });
  for (const message of replayed) replay(channel, message);
  channel.release(new Set(replayed.map(({ id }) => id)));
  if (channel.config.replicationReady) void announceReplication(channel);
  if (bindings.length > 0) void channel.context.changes.subscribe(channel, bindings);
  pushPresenceState(channel);
}

async function admit(channel: OpenChannel): Promise<StoredMessage[]> {
  const { topic, config, context, transport } = channel;
  if (topic === '') throw new RefusedError('TopicNameRequired', 'You must provide a topic name');
  if (context.rates.joins.exceeded) {
    throw new RefusedError('ClientJoinRateLimitReached', 'Too many joins per second');
  }
  context.rates.joins.add();
  if (transport.channelCount > context.limits.channelsPerConnection) {
    throw new RefusedError('ChannelRateLimitReached', 'Too many channels');
  }
  const claims = await channel.token.verify();
  channel.rights = await channel.askRights(claims);
  if (!channel.rights.readsBroadcast && !channel.rights.readsPresence) throw unauthorized(topic);
  if (channel.closed.aborted) return [];
  // From here on messages are held. Those streamed earlier will be found by whoever looks for them: the
  // replay below, or the client in its tables. So none falls in between.
  channel.enterRoom();
  await context.streamed.visible();
  if (config.replay === null) return [];
  if (!channel.rights.readsBroadcast) throw unauthorized(topic);
  return messagesToReplay(channel);
}

async function messagesToReplay({ topic, config, context }: OpenChannel): Promise<StoredMessage[]> {
  if (!config.private) {
    throw new RefusedError('UnableToReplayMessages', 'Replay is not allowed for public channels');
  }
  const request = readReplayRequest(config.replay);
  if (!request) throw new RefusedError('UnableToReplayMessages', 'Replay params are not valid');
  return storedMessages(context.pool, topic, request).catch((error: Error) => {
    context.log(`channel ${topic}: nothing replayed: ${error.message}`);
    throw new RefusedError('UnableToReplayMessages', 'Realtime was unable to replay messages');
  });
}

async function refuse(channel: OpenChannel, ref: string | null, error: unknown): Promise<void> {
  const { context, closed, topic } = channel;
  const { code, message } = refusal(error, topic);
  context.log(`join of ${topic} refused: ${code}: ${error instanceof Error ? error.message : message}`);
  await delay(context.joinErrorDelayMs, undefined, { signal: closed }).catch(() => undefined);
  channel.reply(ref, 'error', { reason: `${code}: ${message}` });
  channel.abandon();
  if (code === 'ClientJoinRateLimitReached') channel.transport.disconnect(message);
}

function replay(channel: OpenChannel, { id, event, payload, binaryPayload }: StoredMessage): void {
  const meta = { id, replayed: true };
  if (!binaryPayload) return channel.push('broadcast', { event, payload, type: 'broadcast', meta });
  const user = { event, encoding: 'binary' as const, bytes: binaryPayload };
  const frame = encodeBroadcast(channel.transport.version, channel.wireTopic, user, meta);
  if (frame) channel.transport.send(frame);
}

async function announceReplication(channel: OpenChannel): Promise<void> {
  const { context, closed } = channel;
  const waiting = new AbortController();
  const late = delay(REPLICATION_READY_MS, 'late', { signal: AbortSignal.any([closed, waiting.signal]) });
  try {
    const ready = context.replicationReady().then(() => 'ready');
    if ((await Promise.race([ready, late])) === 'ready') {
      channel.pushSystem('ok', 'Replication connection established');
    } else {
      channel.close('Replication connection was not established in time');
    }
  } catch {
    // The channel or the server closed first: there is nobody left to tell.
  } finally {
    waiting.abort();
    late.catch(() => undefined);
  }
}
