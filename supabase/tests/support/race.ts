import type postgres from 'postgres';

/** How many attempts of a race came out in each way: `ok`, or the error's detail or SQLSTATE. */
export async function outcomes(attempts: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const attempt of await Promise.allSettled(attempts)) {
    const error =
      attempt.status === 'rejected' ? (attempt.reason as { code: string; detail?: string }) : null;
    const outcome = error ? (error.detail ?? error.code) : 'ok';
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** Resolves when so many connections to this database wait for a lock of another. */
export async function untilBlocked(sql: postgres.Sql, connections = 1): Promise<void> {
  const blocked = (): Promise<readonly unknown[]> => sql`
    select from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`;
  while ((await blocked()).length < connections);
}
