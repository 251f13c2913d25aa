import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { drainWebhook, type DrainPorts } from './drain.ts';
import { RequestError } from './errors.ts';
import { describeError } from './log.ts';
import { equalSecrets, verifySignature } from './signature.ts';

export interface AppOptions extends DrainPorts {
  syncSecret: string;
  /** Keeps the function alive for work that goes on after the answer. */
  defer: (work: Promise<unknown>) => void;
}

/** A ping is under 200 bytes; nothing that is much longer comes from Airtable. */
const MAX_BODY_BYTES = 64 * 1024;

const Ping = z.object({
  base: z.object({ id: z.string() }),
  webhook: z.object({ id: z.string().max(100) }),
});

/** Verified against when a webhook is unknown, so that it takes as long as a wrong signature. */
const NO_SECRET = btoa('nobody knows this one');

/** The HTTP side of the mirror: checks who asks, hands over to the drain, answers. */
export function createApp(options: AppOptions): Hono {
  const { store, log } = options;
  const app = new Hono().basePath('/airtable');

  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new RequestError('BODY_TOO_LARGE', `The body may have at most ${MAX_BODY_BYTES} bytes`);
      },
    }),
  );

  app.post('/webhook', async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    const ping = Ping.safeParse(parseJson(body));
    if (!ping.success) {
      throw new RequestError('MALFORMED_BODY', 'This is not a ping: it has to name base.id and webhook.id');
    }
    const webhook = await store.findWebhook(ping.data.webhook.id);
    const signature = c.req.header('x-airtable-content-mac');
    const verified = await verifySignature(webhook?.macSecretBase64 ?? NO_SECRET, signature, body);
    if (!webhook) {
      throw new RequestError(
        'UNKNOWN_WEBHOOK',
        'No such webhook here. If it was just made, Airtable will ask again.',
      );
    }
    if (!verified)
      throw new RequestError('SIGNATURE_MISMATCH', 'X-Airtable-Content-MAC does not match the body');

    options.defer(
      Promise.all([store.notePing(webhook.id), drainWebhook(options, webhook.id)])
        .then(([, result]) => log('info', 'drained after a ping', { webhookId: webhook.id, ...result }))
        .catch(async (error: unknown) => {
          log('error', 'drain failed', { webhookId: webhook.id, error: describeError(error) });
          await store.noteFailedRun(webhook.id, describeError(error));
        })
        .catch((error: unknown) =>
          log('error', 'failed run could not be noted', { error: describeError(error) }),
        ),
    );
    return c.body(null, 204);
  });

  app.post('/drain', async (c) => {
    const secret = c.req.header('x-sync-secret') ?? '';
    if (!(await equalSecrets(secret, options.syncSecret))) {
      throw new RequestError('SECRET_MISMATCH', 'Send the shared secret in the header x-sync-secret');
    }
    const webhooks: Record<string, unknown> = {};
    for (const id of await store.listWebhookIds()) {
      webhooks[id] = await drainWebhook(options, id).catch(async (error: unknown) => {
        log('error', 'drain failed', { webhookId: id, error: describeError(error) });
        await store.noteFailedRun(id, describeError(error));
        return { state: 'failed', error: describeError(error) };
      });
    }
    return c.json({ webhooks });
  });

  app.get('/health', async (c) => {
    try {
      const seconds = await store.secondsSinceDrain();
      return c.json({ status: 'up', seconds_since_drain: seconds === null ? null : Math.round(seconds) });
    } catch (cause) {
      throw new RequestError('DATABASE_UNAVAILABLE', 'Postgres does not answer', { cause });
    }
  });

  app.notFound((c) =>
    c.json({ error: { code: 'UNKNOWN_ROUTE', message: `There is no ${c.req.method} ${c.req.path}` } }, 404),
  );

  app.onError((error, c) => {
    if (error instanceof RequestError) {
      if (error.status >= 500)
        log('error', 'request failed', { path: c.req.path, error: describeError(error) });
      return c.json({ error: { code: error.code, message: error.message } }, error.status);
    }
    log('error', 'request failed', { path: c.req.path, error: describeError(error) });
    return c.json(
      { error: { code: 'INTERNAL', message: 'Something went wrong here; it has been logged' } },
      500,
    );
  });

  return app;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
