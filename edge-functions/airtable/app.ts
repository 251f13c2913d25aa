import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { requireOwner, requireSecret, type FindUser } from './authorize.ts';
import { BUDGET_MS, createBudget } from './budget.ts';
import { RequestError } from './errors.ts';
import { describeError } from './log.ts';
import type { Ports } from './ports.ts';
import {
  AutomationRequest,
  BackfillRequest,
  DrainRequest,
  parseBody,
  Ping,
  ReconcileRequest,
  type AutomationAnswer,
  type BackfillAnswer,
  type ErrorAnswer,
  type ReconcileAnswer,
} from './requests.ts';
import { verifySignature } from './signature.ts';
import { syncAll, syncBase, syncWebhook } from './sync.ts';

export interface AppOptions extends Ports {
  syncSecret: string;
  findUser: FindUser;
  /** Keeps the function alive for work that goes on after the answer. */
  defer: (work: Promise<unknown>) => void;
  budgetMs?: number;
}

/** A ping is under 200 bytes, and a thousand record ids are under 30 KB. */
const MAX_BODY_BYTES = 64 * 1024;
/** Whoever waits for the answer of /drain does not wait for long; another run goes on. */
const FOREGROUND_MS = 20_000;

/** Verified against when a webhook is unknown, so that it takes as long as a wrong signature. */
const NO_SECRET = btoa('nobody knows this one, and it is as long as the ones that Airtable makes');

/** The HTTP side of the mirror: checks who asks, hands over to the engine, answers. */
export function createApp(options: AppOptions): Hono {
  const { store, reader, reconcile, runs, log, syncSecret, budgetMs = BUDGET_MS } = options;
  const app = new Hono().basePath('/airtable');
  const later = (what: string, work: () => Promise<unknown>): void =>
    options.defer(
      work().then(
        (result) => log('info', what, { result }),
        (error: unknown) => log('error', `${what}: failed`, { error: describeError(error) }),
      ),
    );

  const requireOwnerOrSecret = async (c: Context): Promise<void> => {
    const secret = c.req.header('x-sync-secret');
    if (secret !== undefined) return requireSecret(secret, syncSecret);
    await requireOwner(c.req.header('authorization'), options.findUser, (user) =>
      whileDatabaseAnswers(runs.isOwner(user)),
    );
  };
  /** Of one base, or of every base that is connected. */
  const beginRuns = async (
    baseId: string | undefined,
    begin: (base: string) => Promise<string>,
  ): Promise<BackfillAnswer> => {
    const bound = await whileDatabaseAnswers(reader.boundBases());
    if (baseId !== undefined && !bound.includes(baseId))
      throw new RequestError(
        'UNKNOWN_BASE',
        `The base ${baseId} is not connected: run npm run airtable:connect`,
      );
    const begun: BackfillAnswer['runs'] = [];
    for (const base of baseId === undefined ? bound : [baseId])
      begun.push({ baseId: base, runId: await whileDatabaseAnswers(begin(base)) });
    const [first] = begun;
    if (!first) throw new RequestError('NOT_CONNECTED', 'No base is connected: run npm run airtable:connect');
    return { runId: first.runId, runs: begun };
  };

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

    later('drained after a ping', async () => {
      const [result] = await Promise.all([
        syncWebhook(options, webhook.id, webhook.baseId, createBudget(budgetMs)),
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
    later('read after an automation', () => syncBase(options, baseId, createBudget(budgetMs)));
    return c.json<AutomationAnswer>({ accepted: new Set(recordIds).size }, 202);
  });

  app.post('/drain', async (c) => {
    await requireSecret(c.req.header('x-sync-secret'), syncSecret);
    const { background } = parseBody(DrainRequest, new Uint8Array(await c.req.arrayBuffer()));
    if (background) {
      later('went on', () => syncAll(options, createBudget(budgetMs), false));
      return c.json({ accepted: true }, 202);
    }
    const budget = createBudget(Math.min(budgetMs, FOREGROUND_MS));
    return c.json(await whileDatabaseAnswers(syncAll(options, budget, true)));
  });

  app.use('/backfill', cors({ origin: '*', allowMethods: ['POST'] }));
  app.post('/backfill', async (c) => {
    await requireOwnerOrSecret(c);
    const { baseId } = parseBody(BackfillRequest, new Uint8Array(await c.req.arrayBuffer()));
    const answer = await beginRuns(baseId, (base) => reader.beginScan(base, 'Asked for', false));
    later('scanned', () => syncAll(options, createBudget(budgetMs), false));
    return c.json<BackfillAnswer>(answer, 202);
  });

  app.use('/reconcile', cors({ origin: '*', allowMethods: ['POST'] }));
  app.post('/reconcile', async (c) => {
    await requireOwnerOrSecret(c);
    const { baseId, repair } = parseBody(ReconcileRequest, new Uint8Array(await c.req.arrayBuffer()));
    let answer: ReconcileAnswer;
    if (repair) {
      const accepted = await whileDatabaseAnswers(reconcile.repair(repair.runId, repair.ids));
      if (accepted === undefined)
        throw new RequestError('UNKNOWN_RUN', 'There is no such comparison any more');
      answer = { accepted };
    } else answer = await beginRuns(baseId, (base) => reconcile.begin(base, 'Asked for'));
    later(repair ? 'repaired' : 'reconciled', () => syncAll(options, createBudget(budgetMs), false));
    return c.json<ReconcileAnswer>(answer, 202);
  });

  app.get('/health', async (c) => {
    const seconds = await whileDatabaseAnswers(store.secondsSinceDrain());
    return c.json({ status: 'up', seconds_since_drain: seconds === null ? null : Math.round(seconds) });
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
        log('error', 'request failed', { path: c.req.path, error: describeError(error) });
      return c.json<ErrorAnswer>({ error: { code: error.code, message: error.message } }, error.status);
    }
    log('error', 'request failed', { path: c.req.path, error: describeError(error) });
    return c.json<ErrorAnswer>(
      { error: { code: 'INTERNAL', message: 'Something went wrong here; it has been logged' } },
      500,
    );
  });

  return app;
}

async function whileDatabaseAnswers<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    throw new RequestError('DATABASE_UNAVAILABLE', 'Postgres does not answer; try again', { cause });
  }
}
