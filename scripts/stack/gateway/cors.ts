import type { MiddlewareHandler } from 'hono';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

const REQUEST_HEADERS = [
  'authorization',
  'x-client-info',
  'apikey',
  'content-type',
  'accept',
  'accept-profile',
  'content-profile',
  'prefer',
  'range',
  'range-unit',
  'x-supabase-api-version',
  'x-sync-secret',
].join(', ');

const RESPONSE_HEADERS = [
  'Content-Location',
  'Content-Range',
  'Location',
  'Preference-Applied',
  'Range-Unit',
  'X-Total-Count',
  'Link',
  'X-Supabase-Api-Version',
].join(', ');

const DAY_S = 86_400;

/** Lets pages of any origin call the API, as on the platform: what protects it is the key and the token, not the origin. */
export const cors: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined) {
    return c.body(null, 204, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': c.req.header('access-control-request-headers') ?? REQUEST_HEADERS,
      'access-control-max-age': String(DAY_S),
      vary: 'access-control-request-headers',
    });
  }
  await next();
  c.header('access-control-allow-origin', '*');
  c.header('access-control-expose-headers', RESPONSE_HEADERS);
};
