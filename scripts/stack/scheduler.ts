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
      'select live.forget_old_changes(), live.forget_old_notifications(), live.forget_done_actions(), airtable.forget_old_state()',
  },
  { name: 'compare the mirror', everyMs: 3_600_000, statement: 'select airtable.reconcile_nightly()' },
  { name: 'look after the mirror', everyMs: 60_000, statement: 'select airtable.check_alerts()' },
];

/**
 * What pg_cron does on the platform: calls /drain every so often, so that a lost ping costs seconds, not a change, and
 * has the database do what it does at its times.
 */
export function startScheduler(options: SchedulerOptions): Disposable {
  const jobs = [
    every(DRAIN_EVERY_MS, 'drain', () => drain(options), options.onLine),
    ...SQL_JOBS.map(({ name, everyMs, statement }) =>
      every(everyMs, name, () => runStatement(options.databaseUrl, statement), options.onLine),
    ),
  ];
  return {
    [Symbol.dispose]: () => {
      for (const job of jobs) clearInterval(job);
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

async function drain({ functionsUrl, syncSecret }: SchedulerOptions): Promise<void> {
  const response = await fetch(`${functionsUrl}/airtable/drain`, {
    method: 'POST',
    headers: { 'x-sync-secret': syncSecret },
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
