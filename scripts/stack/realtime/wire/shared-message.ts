import { encodeBroadcast, encodeMessage } from './encode-frame.ts';
import { TOPIC_PREFIX, type Frame, type ProtocolVersion, type UserPayload } from './protocol.ts';

/** A message for many subscribers, written once for each serializer instead of once for each of them. */
export interface SharedMessage {
  /** Set on messages of the database: a subscriber that had it replayed does not get it again. */
  readonly id: string | null;
  /** @returns null where the version cannot carry the message. */
  frame(version: ProtocolVersion): Frame | null;
}

function shared(id: string | null, encode: (version: ProtocolVersion) => Frame | null): SharedMessage {
  const frames = new Map<ProtocolVersion, Frame | null>();
  return {
    id,
    frame(version) {
      let frame = frames.get(version);
      if (frame === undefined) frames.set(version, (frame = encode(version)));
      return frame;
    },
  };
}

/** A broadcast whose payload goes through unparsed. `user.bytes` must stay unchanged while it is shared. */
export function userBroadcast(topic: string, user: UserPayload, id: string | null = null): SharedMessage {
  return shared(id, (version) => encodeBroadcast(version, TOPIC_PREFIX + topic, user, id ? { id } : null));
}

/** Any other message to a whole channel. `rawPayload` is JSON text used as it is. */
export function sharedMessage(topic: string, event: string, rawPayload: string): SharedMessage {
  const message = { joinRef: null, ref: null, topic: TOPIC_PREFIX + topic, event, payload: null };
  return shared(null, (version) => encodeMessage(version, message, rawPayload));
}
