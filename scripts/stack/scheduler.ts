import pg from 'pg';

export interface SchedulerOptions {
  functionsUrl: string;
  syncSecret: string;
  databaseUrl: string;
  onLine?: (line: string) => void;
}

const DRAIN_EVERY_MS = 30_000;

/** The migrations give the same to pg_cron, where there is one. */
const SQL_JOBS = [
  {
    name: 'forget what is old',
    everyMs: 3_600_000,
    statement:
      'select live.forget_old_changes(), live.forget_old_notifications(), live.forget_done_actions(), airtable.forget_old_state(), airtable.forget_old_outbox()',
  },
  { name: 'compare the mirror', everyMs: 3_600_000, statement: 'select airtable.reconcile_nightly()' },
  { name: 'look after the mirror', everyMs: 60_000, statement: 'select airtable.check_alerts()' },
  { name: 'watch the canary', everyMs: 60_000, statement: 'select airtable.watch_canaries()' },
];

const LISTEN_AGAIN_MS = 2_000;

/**
 * What pg_cron and pg_net do on the platform: calls /drain every so often, so that a lost ping costs minutes, not a
 * change, and /push as soon as something is to be sent to Airtable; has the database do what it does at its times.
 */
export function startScheduler(options: SchedulerOptions): Disposable {
  const pushing = pushWhenTold(options);
  // The first looks at everything: nobody pinged while the stack was down.
  let sparing = false;
  const drain = async (): Promise<void> => {
    await post(options, 'drain', { sparing });
    sparing = true;
  };
  // Before it the mirror seems to have stood still, which nobody needs to be told of.
  const caughtUp = Promise.withResolvers<void>();
  const jobs = [
    every(DRAIN_EVERY_MS, 'drain', () => drain().finally(caughtUp.resolve), options.onLine),
    ...SQL_JOBS.map(({ name, everyMs, statement }) =>
      every(
        everyMs,
        name,
        () => caughtUp.promise.then(() => runStatement(options.databaseUrl, statement)),
        options.onLine,
      ),
    ),
  ];
  return {
    [Symbol.dispose]: () => {
      for (const job of jobs) clearInterval(job);
      pushing[Symbol.dispose]();
    },
  };
}

/** Runs a job now and then; says once that it fails, and again only after it has worked in between. */
function every(
  milliseconds: number,
  name: string,
  job: () => Promise<void>,
  onLine?: (line: string) => void,
): NodeJS.Timeout {
  let failing = false;
  const run = (): void => {
    job().then(
      () => (failing = false),
      (error: unknown) => {
        if (!failing) onLine?.(`scheduler: ${name} failed: ${String(error)}`);
        failing = true;
      },
    );
  };
  // What fell due while the stack was down is done now.
  run();
  return setInterval(run, milliseconds);
}

/** Listens to what the outbox says at each commit that adds to it. A connection that breaks is made again. */
function pushWhenTold(options: SchedulerOptions): Disposable {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const push = (): void => {
    post(options, 'push', { background: true }).catch((error: unknown) =>
      options.onLine?.(`scheduler: push failed: ${String(error)}`),
    );
  };
  const listen = async (): Promise<void> => {
    client = new pg.Client({ connectionString: options.databaseUrl });
    client.on('notification', push);
    client.on('error', again);
    client.on('end', again);
    await client.connect();
    await client.query('listen airtable_outbox');
    // What was said while nobody listened.
    push();
  };
  const again = (): void => {
    if (stopped || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      listen().catch(again);
    }, LISTEN_AGAIN_MS);
  };
  listen().catch(again);
  return {
    [Symbol.dispose]: () => {
      stopped = true;
      clearTimeout(timer);
      client?.end().catch(() => {});
    },
  };
}

async function post(
  { functionsUrl, syncSecret }: SchedulerOptions,
  route: 'drain' | 'push',
  body: unknown,
): Promise<void> {
  const response = await fetch(`${functionsUrl}/airtable/${route}`, {
    method: 'POST',
    headers: { 'x-sync-secret': syncSecret, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(DRAIN_EVERY_MS),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

async function runStatement(databaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
