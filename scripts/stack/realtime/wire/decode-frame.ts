import { isRecord, MalformedFrameError, type ClientMessage, type ProtocolVersion } from './protocol.ts';

const BROADCAST_PUSH = 3;
const BROADCAST_PUSH_HEADER_BYTES = 7;
const JSON_ENCODING = 1;

/**
 * Reads one WebSocket message of a client.
 *
 * @throws {MalformedFrameError} when it is not a message of the protocol.
 */
export function decodeFrame(version: ProtocolVersion, data: Buffer, binary: boolean): ClientMessage {
  if (binary) {
    if (version === '1.0.0') throw new MalformedFrameError('a binary frame on a socket of version 1.0.0');
    return decodeBroadcastPush(data);
  }
  const value = parseJson(data);
  if (version === '1.0.0') {
    if (!isRecord(value)) throw new MalformedFrameError('expected an object');
    return clientMessage(value.join_ref, value.ref, value.topic, value.event, value.payload);
  }
  if (!Array.isArray(value) || value.length < 5) throw new MalformedFrameError('expected an array of five');
  const [joinRef, ref, topic, event, payload] = value as unknown[];
  return clientMessage(joinRef, ref, topic, event, payload);
}

function decodeBroadcastPush(data: Buffer): ClientMessage {
  if (data.length < BROADCAST_PUSH_HEADER_BYTES || data[0] !== BROADCAST_PUSH) {
    throw new MalformedFrameError('a binary frame that is no broadcast');
  }
  const lengths = data.subarray(1, 6);
  const encoding = data[6] === JSON_ENCODING ? 'json' : 'binary';
  let offset = BROADCAST_PUSH_HEADER_BYTES;
  const [joinRef, ref, topic, event] = [...lengths].map((length) => {
    const part = data.toString('utf8', offset, offset + length);
    offset += length;
    return part;
  });
  if (offset > data.length) throw new MalformedFrameError('a binary frame shorter than its header says');
  const bytes = data.subarray(offset);
  // Other clients get these bytes inside a JSON text: unchecked, they could close it and add keys of their own.
  if (encoding === 'json') parseJson(bytes);
  return {
    ...clientMessage(joinRef || null, ref || null, topic, 'broadcast', null),
    broadcast: { event: event ?? '', encoding, bytes },
  };
}

function clientMessage(
  joinRef: unknown,
  ref: unknown,
  topic: unknown,
  event: unknown,
  payload: unknown,
): ClientMessage {
  if (typeof topic !== 'string' || typeof event !== 'string') {
    throw new MalformedFrameError('topic and event must be strings');
  }
  return { joinRef: readRef(joinRef), ref: readRef(ref), topic, event, payload: payload ?? {} };
}

function readRef(ref: unknown): string | null {
  if (ref === null || ref === undefined) return null;
  if (typeof ref === 'string' || typeof ref === 'number') return String(ref);
  throw new MalformedFrameError('a ref must be a string');
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch (error) {
    throw new MalformedFrameError(`not JSON: ${(error as Error).message}`);
  }
}
