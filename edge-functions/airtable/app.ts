import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import type { AppOptions } from './app-options.ts';
import { requireSecret } from './authorize.ts';
import { BUDGET_MS, createBudget } from './budget.ts';
import { flyCanaries } from './canary.ts';
import { RequestError } from './errors.ts';
import { describeError, type Log } from './log.ts';
import { FROM_ANYWHERE, ownerRoutes, requireOwnerOrSecret } from './owner-routes.ts';
import type { Ports } from './ports.ts';
import {
  AutomationRequest,
  DrainRequest,
  PushRequest,
  parseBody,
  Ping,
  type AutomationAnswer,
  type ErrorAnswer,
} from './requests.ts';
import type { App, Asked } from './request-scope.ts';
import { pushAll } from './push-base.ts';
import { verifySignature } from './signature.ts';
import type { AlertKind } from './status-store.ts';
import { syncAll, syncBase, syncWebhook } from './sync.ts';
import { whileDatabaseAnswers } from './while-database-answers.ts';

/** A ping is under 200 bytes, and a thousand record ids are under 30 KB. */
const MAX_BODY_BYTES = 64 * 1024;
/** Whoever waits for the answer of /drain does not wait for long; another run goes on. */
const FOREGROUND_MS = 20_000;

/** Nothing arrives while one of these lasts. With the others it arrives late. */
const DOWN: readonly AlertKind[] = ['webhook', 'drain', 'quota'];

/** Verified against when a webhook is unknown, so that it takes as long as a wrong signature. */
const NO_SECRET = btoa('nobody knows this one, and it is as long as the ones that Airtable makes');

/** The HTTP side of the mirror: checks who asks, hands over to the engine, answers. */
export function createApp(options: AppOptions): App {
  const { store, reader, status, log, syncSecret, budgetMs = BUDGET_MS } = options;
  const app: App = new Hono<Asked>().basePath('/airtable');

  // Whatever the work of a request writes to the log names the request, from the ping to the commit.
  app.use(async (c, next) => {
    const request = crypto.randomUUID();
    const scoped: Log = (level, event, facts) => log(level, event, { request, ...facts });
    const ports: Ports = { ...options, log: scoped };
    c.set('ports', ports);
    c.set('later', (what, work) =>
      options.defer(
        work(ports).then(
          (result) => scoped('info', what, { result }),
          (error: unknown) => scoped('error', `${what}: failed`, { error: describeError(error) }),
        ),
      ),
    );
    c.header('x-request-id', request);
    await next();
  });

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
    const ping = parseBody(Ping, body);
    const webhook = await whileDatabaseAnswers(store.findWebhook(ping.webhook.id));
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

    c.var.ports.log('info', 'pinged', { webhookId: webhook.id });
    c.var.later('drained after a ping', async (ports) => {
      const [result] = await Promise.all([
        syncWebhook(ports, webhook.id, webhook.baseId, createBudget(budgetMs)),
        store.notePing(webhook.id),
      ]);
      return result;
    });
    return c.body(null, 204);
  });

  app.post('/automation', async (c) => {
    await requireSecret(c.req.header('x-sync-secret'), syncSecret);
    const { baseId, tableId, recordIds } = parseBody(
      AutomationRequest,
      new Uint8Array(await c.req.arrayBuffer()),
    );
    const bindings = await whileDatabaseAnswers(store.loadBindings(baseId));
    if (bindings.length === 0)
      throw new RequestError(
        'UNKNOWN_BASE',
        `The base ${baseId} is not connected: run npm run airtable:connect`,
      );
    if (!bindings.some((binding) => binding.tableId === tableId))
      throw new RequestError('UNKNOWN_TABLE', `The table ${tableId} fills no table of the mirror`);

    // On the list before the answer: what was accepted is not lost with this process.
    await whileDatabaseAnswers(reader.askAgain(baseId, tableId, recordIds, 'automation'));
    c.var.later('read after an automation', (ports) => syncBase(ports, baseId, createBudget(budgetMs)));
    return c.json<AutomationAnswer>({ accepted: new Set(recordIds).size }, 202);
  });

  // Cron; or an owner who does not want to wait for it.
  app.use('/drain', cors(FROM_ANYWHERE));
  app.post('/drain', async (c) => {
    await requireOwnerOrSecret(c, options);
    const { background, sparing } = parseBody(DrainRequest, new Uint8Array(await c.req.arrayBuffer()));
    if (background) {
      c.var.later('went on', (ports) => syncAll(ports, createBudget(budgetMs), 'log'));
      return c.json({ accepted: true }, 202);
    }
    const budget = createBudget(Math.min(budgetMs, FOREGROUND_MS));
    const synced = await whileDatabaseAnswers(syncAll(c.var.ports, budget, sparing ? 'due' : 'all'));
    // Whatever became of the call that was to send it.
    c.var.later('pushed', (ports) => pushAll(ports, createBudget(budgetMs)));
    options.defer(flyCanaries(c.var.ports));
    return c.json(synced);
  });

  app.use('/push', cors(FROM_ANYWHERE));
  app.post('/push', async (c) => {
    await requireOwnerOrSecret(c, options);
    const { background } = parseBody(PushRequest, new Uint8Array(await c.req.arrayBuffer()));
    options.defer(flyCanaries(c.var.ports));
    if (background) {
      c.var.later('pushed', (ports) => pushAll(ports, createBudget(budgetMs)));
      return c.json({ accepted: true }, 202);
    }
    const budget = createBudget(Math.min(budgetMs, FOREGROUND_MS));
    return c.json({ bases: await whileDatabaseAnswers(pushAll(c.var.ports, budget)) });
  });

  app.route('/', ownerRoutes(options));

  app.get('/health', async (c) => {
    const { reasons, ...health } = await whileDatabaseAnswers(status.health());
    const isDown = reasons.some(({ kind }) => DOWN.includes(kind));
    const state = isDown ? 'down' : reasons.length > 0 ? 'slow' : 'up';
    return c.json({ status: state, ...health, reasons }, isDown ? 503 : 200);
  });

  app.notFound((c) =>
    c.json<ErrorAnswer>(
      { error: { code: 'UNKNOWN_ROUTE', message: `There is no ${c.req.method} ${c.req.path}` } },
      404,
    ),
  );

  app.onError((error, c) => {
    if (error instanceof RequestError) {
      if (error.status >= 500)
        c.var.ports.log('error', 'request failed', { path: c.req.path, error: describeError(error) });
      return c.json<ErrorAnswer>({ error: { code: error.code, message: error.message } }, error.status);
    }
    c.var.ports.log('error', 'request failed', { path: c.req.path, error: describeError(error) });
    return c.json<ErrorAnswer>(
      { error: { code: 'INTERNAL', message: 'Something went wrong here; it has been logged' } },
      500,
    );
  });

  return app;
}
