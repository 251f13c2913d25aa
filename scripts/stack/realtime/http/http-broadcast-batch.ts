import type { BroadcastRequest } from './broadcast-request.ts';
import { message, unprocessable } from './http-answers.ts';
import { isRecord } from '../wire/protocol.ts';
import { sharedMessage } from '../wire/shared-message.ts';

interface BatchMessage {
  topic: string;
  event: string;
  payload: Record<string, unknown>;
  private: boolean;
  id: string | null;
}

/** `{messages: [{topic, event, payload, private}]}`. A private one without the right to send it is left out. */
export async function batchBroadcast(broadcast: BroadcastRequest): Promise<Response> {
  const { context, request, claims, headers } = broadcast;
  const { rates, limits, rooms, authorizer, log } = context;
  const body: unknown = await request.json().catch(() => null);
  const listed: unknown = isRecord(body) ? body.messages : null;
  if (!Array.isArray(listed) || listed.length === 0) return unprocessable({ messages: ["can't be blank"] });
  const messages = listed.map(readMessage);
  if (!messages.every((read) => read !== null)) {
    return unprocessable({ messages: messages.map((read) => (read ? {} : { payload: ['is invalid'] })) });
  }
  if (messages.some(({ payload }) => Buffer.byteLength(JSON.stringify(payload)) > limits.payloadBytes)) {
    return unprocessable({ messages: [{ payload: ['Payload size exceeds tenant limit'] }] });
  }
  if (rates.messages.exceeded) return message(429, 'You have exceeded your rate limit');
  if (messages.length + rates.messages.mean > rates.messages.limit) {
    return message(429, 'Too many messages to broadcast, please reduce the batch size');
  }

  const allowed = new Map<string, boolean>();
  for (const { topic } of messages.filter((sent) => sent.private)) {
    if (allowed.has(topic)) continue;
    const rights = await authorizer.writeRights({ topic, claims, headers }, false).catch((error: Error) => {
      log(`rights to send to ${topic} unknown: ${error.message}`);
      return { broadcast: false };
    });
    allowed.set(topic, rights.broadcast);
  }
  for (const { topic, event, payload, private: isPrivate, id } of messages) {
    if (isPrivate && !allowed.get(topic)) continue;
    rates.messages.add();
    const envelope = { payload, event, type: 'broadcast', ...(id === null ? {} : { meta: { id } }) };
    rooms.broadcast(isPrivate, topic, sharedMessage(topic, 'broadcast', JSON.stringify(envelope)));
  }
  return new Response(null, { status: 202 });
}

function readMessage(value: unknown): BatchMessage | null {
  if (!isRecord(value)) return null;
  const { topic, event, payload, id = null, private: isPrivate = false } = value;
  if (typeof topic !== 'string' || topic === '' || typeof event !== 'string' || event === '') return null;
  if (!isRecord(payload) || (id !== null && typeof id !== 'string')) return null;
  if (isPrivate !== null && typeof isPrivate !== 'boolean' && isPrivate !== 'true' && isPrivate !== 'false')
    return null;
  return { topic, event, payload, id, private: isPrivate === true || isPrivate === 'true' };
}
