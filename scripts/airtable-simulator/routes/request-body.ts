import type { Context } from 'hono';
import { AirtableError } from '../airtable-error.ts';

const BODY_LIMIT_BYTES = 1_000_000;

/** The JSON object in a request, `{}` without one. @throws AirtableError 413, 422 */
export async function requestBody(context: Context): Promise<Record<string, unknown>> {
  const length = Number(context.req.header('content-length') ?? 0);
  const text = length > BODY_LIMIT_BYTES ? undefined : await context.req.text();
  if (text === undefined || text.length > BODY_LIMIT_BYTES) {
    throw new AirtableError(
      413,
      'REQUEST_TOO_LARGE',
      'The request exceeded the maximum allowed payload size.',
    );
  }
  // Without the header Airtable sees no body at all.
  if (text === '' || !context.req.header('content-type')?.includes('application/json')) return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new AirtableError(422, 'INVALID_REQUEST_BODY', 'Could not parse request body');
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new AirtableError(422, 'INVALID_REQUEST_BODY', 'The request body must be an object');
}
