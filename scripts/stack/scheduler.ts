export interface SchedulerOptions {
  functionsUrl: string;
  syncSecret: string;
  everyMs: number;
  onLine?: (line: string) => void;
}

/** What pg_cron does on the platform: calls /drain every so often, so that a lost ping costs seconds, not a change. */
export function startScheduler(options: SchedulerOptions): Disposable {
  let failing = false;
  const timer = setInterval(() => {
    fetch(`${options.functionsUrl}/airtable/drain`, {
      method: 'POST',
      headers: { 'x-sync-secret': options.syncSecret },
      signal: AbortSignal.timeout(options.everyMs),
    })
      .then(async (response) => {
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
        failing = false;
      })
      .catch((error: unknown) => {
        if (!failing) options.onLine?.(`scheduler: /drain failed: ${String(error)}`);
        failing = true;
      });
  }, options.everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
