import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { timingSafeEqual } from 'node:crypto';
import { AirtableError, forbidden } from '../airtable-error.ts';
import type { Faults } from '../faults.ts';
import { rateLimitBody } from '../faults.ts';
import type { RateLimiter } from '../rate-limiter.ts';
import type { RecordLister } from '../records/list-records.ts';
import type { SimulatedBase } from '../simulated-base.ts';
import { mayCall } from '../token-rights.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { fail } from './fail.ts';
import { metaRoutes } from './meta-routes.ts';
import { recordsRoutes } from './records-routes.ts';
import { webhooksRoutes } from './webhooks-routes.ts';

/** Airtable's own limit on a URL, above which a caller has to use POST listRecords. */
const URL_LIMIT_CHARACTERS = 16_000;

export interface ApiParts {
  apiKey: string;
  baseId: string;
  base: SimulatedBase;
  lister: RecordLister;
  webhooks: Webhooks;
  faults: Faults;
  limiter: RateLimiter;
}

/** `/v0/…`: Airtable's Web API for one base and one token. */
export function apiRoutes({
  apiKey,
  baseId,
  base,
  lister,
  webhooks,
  faults,
  limiter,
}: ApiParts): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false });

  app.use('*', async (c, next) => {
    if (c.req.url.length > URL_LIMIT_CHARACTERS) return c.text('URI Too Long', 414);
    const [scheme, token = ''] = (c.req.header('authorization') ?? '').split(' ');
    if (scheme !== 'Bearer' || !sameText(token, apiKey)) {
      throw new AirtableError(401, 'AUTHENTICATION_REQUIRED', 'Authentication required');
    }
    if (!limiter.admit()) return c.json(rateLimitBody(), 429);
    const carryOut = async (): Promise<void> => {
      if (!mayCall(faults.rights, c.req.method, c.req.path.slice('/v0'.length))) throw forbidden();
      await next();
    };
    const failure = faults.failureFor(c.req.path);
    if (!failure) return carryOut();
    const failed = await fail({
      failure,
      connection: c.env,
      answer: () => carryOut().then(() => c.res),
      hangingEnds: faults.hangingEnds,
    });
    // Without this the headers of the true answer would come along.
    c.res = undefined;
    c.res = failed;
    return undefined;
  });

  app.route(
    '/meta',
    metaRoutes(base, baseId, () => faults.rights),
  );
  app.route(
    `/bases/${baseId}/webhooks`,
    webhooksRoutes(webhooks, () => faults.rights),
  );
  app.route(`/${baseId}`, recordsRoutes(base, lister));
  app.all('/bases/*', () => {
    throw forbidden();
  });
  app.all('*', (c) => {
    if (/^\/v0\/app\w+/.test(c.req.path)) throw forbidden();
    throw new AirtableError(404, 'NOT_FOUND');
  });
  return app;
}

function sameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
