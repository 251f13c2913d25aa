import type { Pool } from 'pg';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_AHEAD = 3;
/** Messages are kept 72 hours, as on the platform. */
const DAYS_KEPT = 3;
/** A long transaction on realtime.messages must not make every later reader wait behind the partitioning. */
const LOCK_TIMEOUT = "set local lock_timeout = '5s'";

/** The partition of realtime.messages for one day (UTC). */
export interface Partition {
  name: string;
  from: string;
  to: string;
}

/** The partitions that must exist at a moment: from yesterday to three days ahead. */
export function wantedPartitions(now: Date): Partition[] {
  const days = Array.from({ length: DAYS_AHEAD + 2 }, (_, index) => index - 1);
  return days.map((offset) => {
    const from = isoDay(new Date(now.getTime() + offset * DAY_MS));
    const to = isoDay(new Date(now.getTime() + (offset + 1) * DAY_MS));
    return { name: `messages_${from.replaceAll('-', '_')}`, from, to };
  });
}

/** Whether a partition's messages are all past their time. */
export function isPast(name: string, now: Date): boolean {
  const day = /^messages_(\d{4})_(\d{2})_(\d{2})$/.exec(name)?.slice(1).join('-');
  return day !== undefined && day < isoDay(new Date(now.getTime() - DAYS_KEPT * DAY_MS));
}

/** Makes the partitions that are missing, and drops those whose messages are past their time. */
export async function maintainPartitions(pool: Pool, now = new Date()): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
     where inhparent = 'realtime.messages'::regclass`,
  );
  const existing = new Set(rows.map(({ name }) => name));
  const statements = wantedPartitions(now)
    .filter(({ name }) => !existing.has(name))
    .flatMap(({ name, from, to }) => [
      `create table if not exists realtime.${name} partition of realtime.messages for values from ('${from}') to ('${to}')`,
      `alter table realtime.${name} owner to supabase_realtime_admin`,
    ]);
  for (const name of existing)
    if (isPast(name, now)) statements.push(`drop table if exists realtime.${name}`);
  if (statements.length === 0) return;
  await pool.query(['begin', LOCK_TIMEOUT, ...statements, 'commit'].join(';\n'));
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
