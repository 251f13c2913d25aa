import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { ZodError } from 'zod';
import { AirtableError } from './airtable-error.ts';
import { civstartRecords } from './civstart-records.ts';
import { civstartSchema } from './civstart-schema.ts';
import { systemClock, type Clock } from './clock.ts';
import { Faults } from './faults.ts';
import { gridRoutes } from './grid/grid-routes.ts';
import { RateLimiter } from './rate-limiter.ts';
import { RecordLister } from './records/list-records.ts';
import { apiRoutes } from './routes/api-routes.ts';
import { simRoutes } from './routes/sim-routes.ts';
import { SimulatedBase } from './simulated-base.ts';
import { SimulatorState, type Patch, type Snapshot } from './simulator-state.ts';
import { StateFolder } from './state-folder.ts';
import { Notifier } from './webhooks/notifier.ts';
import { Webhooks } from './webhooks/webhooks.ts';

export interface AirtableSimulatorOptions {
  /** 0 takes any free one. */
  port: number;
  /** Where the base and its webhooks are kept between runs; left out: in memory only. */
  stateDir?: string;
  apiKey: string;
  baseId: string;
  clock?: Clock;
  /** What a new base holds. */
  seed?: 'civstart' | 'empty';
  /** Five calls a second, and 30 s of refusals after the sixth. */
  rateLimit?: boolean;
  log?: (line: string) => void;
}

export interface AirtableSimulator extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly baseId: string;
  /** The base itself, for edits without HTTP. */
  readonly base: SimulatedBase;
}

/** Starts Airtable's Web API for one base on 127.0.0.1, with the base as an editable grid at its root. */
export async function createAirtableSimulator(options: AirtableSimulatorOptions): Promise<AirtableSimulator> {
  const { port, apiKey, baseId, clock = systemClock, rateLimit = true, log = () => undefined } = options;
  const folder = options.stateDir === undefined ? undefined : new StateFolder(options.stateDir);
  const newBase = () => makeBase(baseId, options.seed ?? 'civstart', clock.now());
  const state = load(folder, baseId, newBase);

  const commit = (patch: Patch) => {
    folder?.append(patch);
    state.apply(patch);
    if (folder?.isJournalLong) folder.save(state.snapshot());
    if (patch.kind === 'transaction') for (const [webhookId] of patch.payloads) notifier.notify(webhookId);
  };

  const faults = new Faults(clock);
  const webhooks = new Webhooks({ state, clock, commit, recordLimit: () => faults.payloadRecordLimit });
  const notifier = new Notifier({ baseId, clock, webhooks, faults, log });
  const base = new SimulatedBase({
    state,
    clock,
    commit,
    payloadsFor: (change) => webhooks.payloadsFor(change),
  });
  const lister = new RecordLister(base, clock);
  const limiter = new RateLimiter(clock, rateLimit);

  const closing = new AbortController();
  // Grids that lose their stream come back and load the base anew.
  let streams = new AbortController();
  const endStreams = (): void => {
    streams.abort();
    streams = new AbortController();
  };

  const app = new Hono({ strict: false });
  app.route('/v0', apiRoutes({ apiKey, baseId, base, lister, webhooks, faults, limiter }));
  app.route(
    '/_sim',
    simRoutes({
      base,
      lister,
      webhooks,
      faults,
      limiter,
      now: () => clock.now(),
      transactionNumber: () => state.transactionNumber,
      reset: () => {
        commit({ kind: 'reset', snapshot: newBase() });
        endStreams();
      },
    }),
  );
  app.route(
    '/',
    gridRoutes(base, () => AbortSignal.any([closing.signal, streams.signal])),
  );
  app.notFound((c) => c.json({ error: 'NOT_FOUND' }, 404));
  app.onError((error, c) => {
    if (error instanceof AirtableError) return c.json(error.body, error.status);
    if (error instanceof ZodError)
      return c.json({ error: { type: 'INVALID_REQUEST_UNKNOWN', message: error.message } }, 422);
    log(`error: ${error.stack ?? error.message}`);
    return c.json({ error: { type: 'SERVER_ERROR', message: error.message } }, 500);
  });

  const { server, address } = await listen(app, port);
  // What was recorded just before a crash may not have been told to anyone.
  for (const webhook of webhooks.list()) {
    const last = state.payloads.get(webhook.id)?.at(-1);
    if (last && last.at > (webhook.lastSuccessfulNotificationAt ?? 0)) notifier.notify(webhook.id);
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    baseId,
    base,
    async [Symbol.asyncDispose]() {
      notifier[Symbol.dispose]();
      faults.reset();
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
      folder?.save(state.snapshot());
    },
  };
}

function load(folder: StateFolder | undefined, baseId: string, newBase: () => Snapshot): SimulatorState {
  const stored = folder?.load();
  const state = new SimulatorState(stored?.snapshot ?? newBase());
  if (state.baseId !== baseId) {
    throw new Error(
      `The state folder holds base ${state.baseId}, not ${baseId}: use another folder or the old id`,
    );
  }
  for (const patch of stored?.patches ?? []) state.apply(patch);
  folder?.save(state.snapshot());
  return state;
}

function makeBase(baseId: string, seed: 'civstart' | 'empty', nowMs: number): Snapshot {
  const tables = civstartSchema();
  const records = seed === 'civstart' ? Object.fromEntries(civstartRecords(tables, nowMs)) : {};
  return { version: 1, baseId, transactionNumber: 0, tables, records, trash: {}, webhooks: [] };
}

function listen(
  app: Hono,
  port: number,
): Promise<{ server: ReturnType<typeof serve>; address: AddressInfo }> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: app.fetch,
        port,
        hostname: '127.0.0.1',
        // Room for a URL at Airtable's own limit.
        serverOptions: { maxHeaderSize: 64_000 },
      },
      (address) => resolve({ server, address }),
    );
    server.once('error', reject);
  });
}
