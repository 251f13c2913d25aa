import { DatabaseError } from 'pg';
import { TokenError } from '../token.ts';

/** Why a channel is refused. `code` and `message` are the platform's words. */
export interface Refusal {
  code: string;
  message: string;
}

/** A join that is refused for a reason of its own. */
export class RefusedError extends Error implements Refusal {
  override name = 'RefusedError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const QUERY_CANCELED = '57014';
const CHECK_VIOLATION = '23514';
/** Connection, resources, operator: the database is not there, whatever the policies say. */
const UNAVAILABLE = /^(08|53|57)/;

/** @param error what came of verifying a token or asking the policies. */
export function refusal(error: unknown, topic: string): Refusal {
  if (error instanceof TokenError || error instanceof RefusedError) return error;
  if (error instanceof DatabaseError && error.code) {
    if (error.code === QUERY_CANCELED) return { code: 'QueryCanceled', message: error.message };
    if (error.code === CHECK_VIOLATION) {
      return {
        code: 'MissingPartition',
        message: 'Realtime was unable to find the expected messages partition',
      };
    }
    // A policy that raises an error lets nobody in.
    if (!UNAVAILABLE.test(error.code)) return unauthorized(topic);
  }
  return {
    code: 'UnableToConnectToProject',
    message: 'Realtime was unable to connect to the project database',
  };
}

export function unauthorized(topic: string): RefusedError {
  return new RefusedError(
    'Unauthorized',
    `You do not have permissions to read from this Channel topic: ${topic}`,
  );
}
