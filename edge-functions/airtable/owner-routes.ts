import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import { AirtableError } from './airtable-error.ts';
import type { AppOptions } from './app-options.ts';
import { requireOwner, requireSecret } from './authorize.ts';
import { BUDGET_MS, createBudget } from './budget.ts';
import { dryRunLetter, type DryRun } from './dry-run-letter.ts';
import { RequestError } from './errors.ts';
import { PausedError } from './rate-limiter.ts';
import type { App, Asked } from './request-scope.ts';
import {
  BackfillRequest,
  DryRunRequest,
  parseBody,
  ReconcileRequest,
  type BackfillAnswer,
  type ReconcileAnswer,
} from './requests.ts';
import { syncAll } from './sync.ts';
import { whileDatabaseAnswers } from './while-database-answers.ts';

/** The admin is served from another origin. A session travels in a header, never by itself. */
export const FROM_ANYWHERE = { origin: '*', allowMethods: ['POST'] };

/** Lets owners in by their session, and cron by the secret. */
export async function requireOwnerOrSecret(
  c: Context,
  { syncSecret, findUser, runs }: AppOptions,
): Promise<void> {
  const secret = c.req.header('x-sync-secret');
  if (secret !== undefined) return requireSecret(secret, syncSecret);
  await requireOwner(c.req.header('authorization'), findUser, (user) =>
    whileDatabaseAnswers(runs.isOwner(user)),
  );
}

/** What owners start from the admin's sync page, and scripts with the secret. */
export function ownerRoutes(options: AppOptions): App {
  const { reader, reconcile, budgetMs = BUDGET_MS } = options;
  const app: App = new Hono<Asked>();
  const bodyOf = async (c: Context): Promise<Uint8Array> => new Uint8Array(await c.req.arrayBuffer());
  for (const path of ['/backfill', '/reconcile', '/dry-run']) app.use(path, cors(FROM_ANYWHERE));

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

  app.post('/backfill', async (c) => {
    await requireOwnerOrSecret(c, options);
    const { baseId } = parseBody(BackfillRequest, await bodyOf(c));
    const answer = await beginRuns(baseId, (base) => reader.beginScan(base, 'Asked for', false));
    c.var.later('scanned', (ports) => syncAll(ports, createBudget(budgetMs), 'log'));
    return c.json<BackfillAnswer>(answer, 202);
  });

  app.post('/reconcile', async (c) => {
    await requireOwnerOrSecret(c, options);
    const { baseId, repair } = parseBody(ReconcileRequest, await bodyOf(c));
    let answer: ReconcileAnswer;
    if (repair) {
      const accepted = await whileDatabaseAnswers(reconcile.repair(repair.runId, repair.ids));
      if (accepted === undefined)
        throw new RequestError('UNKNOWN_RUN', 'There is no such comparison any more');
      answer = { accepted };
    } else answer = await beginRuns(baseId, (base) => reconcile.begin(base, 'Asked for'));
    c.var.later(repair ? 'repaired' : 'reconciled', (ports) => syncAll(ports, createBudget(budgetMs), 'log'));
    return c.json<ReconcileAnswer>(answer, 202);
  });

  app.post('/dry-run', async (c) => {
    await requireOwnerOrSecret(c, options);
    const { letterId } = parseBody(DryRunRequest, await bodyOf(c));
    const dryRun = await whileDatabaseAnswers(
      dryRunLetter(c.var.ports, letterId).catch((cause: unknown) => {
        if (cause instanceof AirtableError || cause instanceof PausedError)
          throw new RequestError('AIRTABLE_UNAVAILABLE', cause.message, { cause });
        throw cause;
      }),
    );
    if (!dryRun) throw new RequestError('UNKNOWN_LETTER', 'This letter is not open any more');
    return c.json<DryRun>(dryRun);
  });

  return app;
}
