import type { BroadcastRequest } from './broadcast-request.ts';
import { message, unprocessable } from './http-answers.ts';
import type { UserPayload } from '../wire/protocol.ts';
import { userBroadcast } from '../wire/shared-message.ts';

/** One message to the topic and event of the path; the body is the payload, JSON or bytes. */
export async function singleBroadcast(
  { context, request, url, claims, headers }: BroadcastRequest,
  topic: string,
  event: string,
): Promise<Response> {
  const { rates, limits, rooms, authorizer, log } = context;
  const encoding = readEncoding(request.headers.get('content-type'));
  if (!encoding) return message(415, 'Unsupported Media Type');
  const bytes = Buffer.from(await request.arrayBuffer());
  if (encoding === 'json' && !isJson(bytes)) return unprocessable({ payload: ["can't be blank"] });
  if (bytes.length > limits.payloadBytes) {
    return unprocessable({ payload: ['Payload size exceeds tenant limit'] });
  }
  if (rates.messages.exceeded) return message(429, 'You have exceeded your rate limit');

  const isPrivate = url.searchParams.get('private') === 'true';
  if (isPrivate) {
    try {
      const rights = await authorizer.writeRights({ topic, claims, headers }, false);
      if (!rights.broadcast) return message(403, 'Unauthorized');
    } catch (error) {
      log(`rights to send to ${topic} unknown: ${(error as Error).message}`);
      return message(422, 'RLS policy error');
    }
  }
  rates.messages.add();
  rooms.broadcast(isPrivate, topic, userBroadcast(topic, { event, encoding, bytes }));
  return new Response(null, { status: 202 });
}

function readEncoding(contentType: string | null): UserPayload['encoding'] | null {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  return type === 'application/octet-stream' ? 'binary' : null;
}

function isJson(bytes: Buffer): boolean {
  try {
    return JSON.parse(bytes.toString()) !== null;
  } catch {
    return false;
  }
}
