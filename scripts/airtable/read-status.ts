import type postgres from 'postgres';

export interface AirtableStatus {
  webhooks: {
    id: string;
    base_id: string;
    cursor: string;
    expires_at: Date | null;
    last_ping_at: Date | null;
    last_drained_at: Date | null;
    draining: boolean;
  }[];
  drift: { table_name: string; column_name: string; drift: string; drifted_at: Date }[];
  deadLetters: {
    open: number;
    newest: { record_id: string; table_name: string | null; reason: string; created_at: Date }[];
  };
  /** Those that are switched on. */
  canaries?: {
    base_id: string;
    proven_at: Date | null;
    round_trip_ms: number | null;
    trouble: string | null;
  }[];
  runs: { kind: string; state: string; started_at: Date; finished_at: Date | null; error: string | null }[];
}

const LETTERS_SHOWN = 5;

/** The state of the mirror as Postgres has it: nothing is asked of Airtable. */
export async function readStatus(sql: postgres.Sql): Promise<AirtableStatus> {
  const [webhooks, drift, letters, newest, canaries, runs] = await Promise.all([
    sql<AirtableStatus['webhooks']>`
      select id, base_id, cursor, expires_at, last_ping_at, last_drained_at, coalesce(lease_expires_at > now(), false) as draining
      from airtable.webhooks order by id`,
    sql<AirtableStatus['drift']>`
      select table_name, column_name, drift, drifted_at from airtable.field_bindings
      where drift is not null order by table_name, column_name`,
    sql<
      { open: number }[]
    >`select count(*)::int as open from airtable.dead_letters where resolved_at is null`,
    sql<AirtableStatus['deadLetters']['newest']>`
      select d.record_id, d.reason, d.created_at, (
        select min(b.table_name) from airtable.field_bindings b where b.table_id = d.table_id) as table_name
      from airtable.dead_letters d where d.resolved_at is null order by d.created_at desc limit ${LETTERS_SHOWN}`,
    sql<NonNullable<AirtableStatus['canaries']>>`
      select base_id, proven_at, round_trip_ms, airtable.canary_trouble(c) as trouble from airtable.canaries c where is_on`,
    sql<AirtableStatus['runs']>`
      select distinct on (kind) kind, state, started_at, finished_at, error from airtable.runs order by kind, started_at desc`,
  ]);
  return {
    webhooks: [...webhooks],
    drift: [...drift],
    deadLetters: { open: letters[0]!.open, newest: [...newest] },
    canaries: [...canaries],
    runs: [...runs],
  };
}

/** Lines for a terminal, and whether somebody has to do something. */
export function describeStatus(status: AirtableStatus, now: Date): { lines: string[]; trouble: boolean } {
  const lines: string[] = [];
  let trouble = false;
  const bad = (line: string): void => {
    trouble = true;
    lines.push(`! ${line}`);
  };

  if (status.webhooks.length === 0) bad('No base is connected. Run npm run airtable:connect.');
  for (const hook of status.webhooks) {
    lines.push(`  webhook ${hook.id} of ${hook.base_id}${hook.draining ? ', draining now' : ''}`);
    lines.push(
      `    next payload ${hook.cursor}, last ping ${ago(hook.last_ping_at, now)}, drained ${ago(hook.last_drained_at, now)}`,
    );
    if (hook.expires_at === null) lines.push('    does not expire');
    else if (hook.expires_at > now)
      lines.push(
        `    expires in ${span(hook.expires_at.getTime() - now.getTime())}; /drain renews it before`,
      );
    else
      bad(
        `webhook ${hook.id} expired ${ago(hook.expires_at, now)}. The next /drain makes another: is it scheduled?`,
      );
  }
  for (const { table_name, column_name, drift, drifted_at } of status.drift)
    bad(
      `${table_name}.${column_name} is not followed any more since ${ago(drifted_at, now)}: ${drift}. Mend it in the base, or run npm run airtable:connect.`,
    );
  if (status.drift.length === 0) lines.push('  no drift: every field is as it was bound');
  if (status.deadLetters.open === 0) lines.push('  no dead letters');
  else bad(`${status.deadLetters.open} dead letters are open; the newest:`);
  for (const { table_name, record_id, reason, created_at } of status.deadLetters.newest)
    lines.push(`    ${table_name ?? 'unbound table'} ${record_id}, ${ago(created_at, now)}: ${reason}`);
  for (const { base_id, proven_at, round_trip_ms, trouble: why } of status.canaries ?? []) {
    if (why !== null) bad(`canary of ${base_id}, proven ${ago(proven_at, now)}: ${why}`);
    else if (proven_at === null) lines.push(`  canary of ${base_id}: its first proof is on its way`);
    else lines.push(`  canary of ${base_id}: proven ${ago(proven_at, now)}, back after ${round_trip_ms} ms`);
  }
  for (const run of status.runs) {
    const line = `last ${run.kind} ${ago(run.started_at, now)}: ${run.state}${run.error === null ? '' : `, ${run.error}`}`;
    if (run.state === 'failed') bad(line);
    else lines.push(`  ${line}`);
  }
  return { lines, trouble };
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

function span(milliseconds: number): string {
  const [size, unit] = UNITS.find(([size]) => milliseconds >= size) ?? [1_000, 's'];
  return `${Math.floor(milliseconds / size)} ${unit}`;
}

function ago(at: Date | null, now: Date): string {
  return at === null ? 'never' : `${span(Math.max(0, now.getTime() - at.getTime()))} ago`;
}
