import { AirtableError, airtableErrorOf, isPassing, QuotaError } from './airtable-error.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { retry } from './retry.ts';

export interface AirtableOptions {
  apiUrl: string;
  apiKey: string;
  limiter: RateLimiter;
}

export interface AirtableCall {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** After `/v0/`. */
  path: string;
  body?: unknown;
}

const TIMEOUT_MS = 20_000;

/** Waits for a turn, then does the work; again when that may help. A call that Airtable refused pauses all calls of the base. */
export function inTurn<T>(limiter: RateLimiter, baseId: string, work: () => Promise<T>): Promise<T> {
  return retry(
    async () => {
      const arrived = await limiter.take(baseId);
      try {
        return await work();
      } catch (error) {
        const refused = error instanceof AirtableError && error.status === 429;
        if (refused && !(error instanceof QuotaError)) await limiter.pause(baseId);
        throw error;
      } finally {
        await arrived();
      }
    },
    {
      attempts: 4,
      firstWaitMs: 400,
      // After a refusal the next turn tells how long the pause is.
      retries: (error) => isPassing(error) || (error instanceof AirtableError && isRateLimit(error)),
    },
  );
}

const isRateLimit = (error: AirtableError): boolean => error.status === 429 && !(error instanceof QuotaError);

/** One call as it is, without a turn. Undefined for an empty body. Rejects with `AirtableError`. */
export async function callAirtable(options: AirtableOptions, call: AirtableCall): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${options.apiUrl}/v0/${call.path}`, {
      method: call.method ?? 'GET',
      headers: {
        authorization: `Bearer ${options.apiKey}`,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      // Of the body too: it may begin and never end.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (cause) {
    throw new AirtableError(0, 'Airtable could not be reached', { cause });
  }
  if (!response.ok) throw airtableErrorOf(response.status, text);
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new AirtableError(response.status, 'Airtable answered with something that is not JSON');
  }
}
