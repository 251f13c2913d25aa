import { batchBroadcast } from './http-broadcast-batch.ts';
import { singleBroadcast } from './http-broadcast-single.ts';
import { message } from './http-answers.ts';
import type { RealtimeContext } from '../realtime-context.ts';
import { TokenError, type Claims } from '../token.ts';

const BATCH_PATH = /\/api\/broadcast\/?$/;
const SINGLE_PATH = /\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/;

/** Answers the HTTP side of Realtime: sending without a socket. */
export async function handleBroadcastRequest(context: RealtimeContext, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const single = SINGLE_PATH.exec(url.pathname);
  if (!single && !BATCH_PATH.test(url.pathname)) return message(404, 'not found');
  if (request.method !== 'POST') return message(405, 'method not allowed');
  const claims = await readClaims(context, request);
  if (!claims) return message(401, 'Unauthorized');
  if (Number(request.headers.get('content-length')) > context.limits.frameBytes) {
    return message(413, 'Payload too large');
  }
  const broadcast = { context, request, url, claims, headers: Object.fromEntries(request.headers) };
  if (!single) return batchBroadcast(broadcast);
  const [topic, event] = single.slice(1).map(decodePart);
  if (topic === undefined || event === undefined) return message(404, 'not found');
  return singleBroadcast(broadcast, topic, event);
}

async function readClaims(context: RealtimeContext, request: Request): Promise<Claims | null> {
  const bearer = /^bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const token = bearer ?? request.headers.get('apikey');
  if (!token) return null;
  try {
    return await context.verify(token);
  } catch (error) {
    if (error instanceof TokenError) return null;
    throw error;
  }
}

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
