import type { Frame, ProtocolVersion, ServerMessage, UserPayload } from './protocol.ts';

const BROADCAST = 4;
const BROADCAST_HEADER_BYTES = 5;
const MAX_PART_BYTES = 255;

/** Writes one message to a client. `rawPayload` is JSON text that takes the payload's place unparsed. */
export function encodeMessage(version: ProtocolVersion, message: ServerMessage, rawPayload?: string): Frame {
  const { joinRef, ref, topic, event } = message;
  const payload = rawPayload ?? JSON.stringify(message.payload);
  const head = JSON.stringify(topic) + (version === '1.0.0' ? ',"event":' : ',') + JSON.stringify(event);
  const refs = [JSON.stringify(ref), JSON.stringify(joinRef)];
  const text =
    version === '1.0.0'
      ? `{"topic":${head},"payload":${payload},"ref":${refs[0]},"join_ref":${refs[1]}}`
      : `[${refs[1]},${refs[0]},${head},${payload}]`;
  return { data: Buffer.from(text), binary: false };
}

/**
 * Writes a broadcast for every subscriber of one version: binary for 2.0.0, JSON for 1.0.0.
 *
 * @returns null where the version cannot carry it: bytes in JSON, or a topic or event over 255 bytes in binary.
 */
export function encodeBroadcast(
  version: ProtocolVersion,
  topic: string,
  user: UserPayload,
  meta: Record<string, unknown> | null,
): Frame | null {
  if (version === '1.0.0') {
    if (user.encoding === 'binary') return null;
    const metaPart = meta ? `,"meta":${JSON.stringify(meta)}` : '';
    const payload = `{"event":${JSON.stringify(user.event)},"payload":${user.bytes.toString('utf8')},"type":"broadcast"${metaPart}}`;
    return encodeMessage(
      version,
      { joinRef: null, ref: null, topic, event: 'broadcast', payload: null },
      payload,
    );
  }
  const parts = [topic, user.event, meta ? JSON.stringify(meta) : ''].map((part) => Buffer.from(part));
  if (parts.some((part) => part.length > MAX_PART_BYTES)) return null;
  const header = Buffer.allocUnsafe(BROADCAST_HEADER_BYTES);
  header[0] = BROADCAST;
  parts.forEach((part, index) => (header[index + 1] = part.length));
  header[4] = user.encoding === 'json' ? 1 : 0;
  return { data: Buffer.concat([header, ...parts, user.bytes]), binary: true };
}
