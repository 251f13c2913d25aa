/** The two serializers of Supabase's clients: `vsn=1.0.0` (JSON objects) and `vsn=2.0.0` (JSON arrays and binary). */
export type ProtocolVersion = '1.0.0' | '2.0.0';

/** What a broadcast carries: JSON text or any bytes, never parsed on its way through. */
export interface UserPayload {
  event: string;
  encoding: 'json' | 'binary';
  bytes: Buffer;
}

/** One message of a client. `broadcast` is set where it came as a binary broadcast. */
export interface ClientMessage {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
  broadcast?: UserPayload;
}

/** One message to a client. */
export interface ServerMessage {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

/** One WebSocket message, ready to be written. */
export interface Frame {
  data: Buffer;
  binary: boolean;
}

/** A frame that does not follow the protocol. It is logged and dropped; the socket stays. */
export class MalformedFrameError extends Error {
  override name = 'MalformedFrameError';
}

/** Topics of channels carry this prefix on the wire and nowhere else. */
export const TOPIC_PREFIX = 'realtime:';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
