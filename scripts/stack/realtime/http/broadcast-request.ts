import type { RealtimeContext } from '../realtime-context.ts';
import type { Claims } from '../token.ts';

/** An HTTP request by someone whose token is good. */
export interface BroadcastRequest {
  context: RealtimeContext;
  request: Request;
  url: URL;
  claims: Claims;
  headers: Record<string, string>;
}
