import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { once } from 'node:events';
import type { Failure } from '../faults.ts';

export interface FailingCall {
  failure: Failure;
  connection: HttpBindings;
  /** Carries the call out. */
  answer: () => Promise<Response>;
  /** When a call that hangs is cut off though its client still waits. */
  hangingEnds: Promise<void>;
}

/** What a call that fails on purpose answers, if it answers at all. */
export async function fail({ failure, connection, answer, hangingEnds }: FailingCall): Promise<Response> {
  const cut = (): Response => {
    connection.incoming.socket.resetAndDestroy();
    return RESPONSE_ALREADY_SENT;
  };
  switch (failure.how) {
    case 'answer':
      return Response.json(failure.body, {
        status: failure.status,
        headers: failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) },
      });
    case 'hang':
      await Promise.race([hangingEnds, once(connection.outgoing, 'close')]);
      return cut();
    case 'reset':
      return cut();
    case 'late': {
      const answered = await answer();
      await Promise.race([failure.after, hangingEnds]);
      return answered;
    }
    case 'lose answer':
      await answer();
      return cut();
    case 'truncate': {
      const whole = await answer();
      const text = await whole.text();
      return new Response(text.slice(0, Math.floor(text.length / 2)), {
        status: whole.status,
        headers: { 'content-type': 'application/json' },
      });
    }
  }
}
