import { setTimeout as delay } from 'node:timers/promises';
import type { Lane } from './lane.ts';
import type { WriteStep } from './operation.ts';

/** What a write has to pass, from its first statement to its commit. */
const LOCKS: Readonly<Record<WriteStep, string>> = {
  webhook: 'select from airtable.webhooks for update',
  receipts: 'lock table airtable.receipts in share mode',
  signals: 'lock table public.signals in share mode',
  interactions: 'lock table public.interactions in share mode',
  channels: 'select from live.channels for update',
};
const WAIT_MS = 250;

/** Runs `strike` while the function waits at a step of a write, if `begin` brings it there. */
export async function holdWrite(
  lane: Lane,
  step: WriteStep,
  begin: () => Promise<unknown>,
  strike: () => Promise<unknown>,
): Promise<void> {
  const client = await lane.database.connect();
  try {
    await client.query(`begin; ${LOCKS[step]}`);
    const begun = begin();
    begun.catch(() => {});
    const until = performance.now() + WAIT_MS;
    while (performance.now() < until && !(await someoneWaits(lane))) await delay(5);
    await strike();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function someoneWaits(lane: Lane): Promise<boolean> {
  const { rowCount } = await lane.database.query(
    `select from pg_stat_activity where datname = current_database() and usename = 'postgres' and wait_event_type = 'Lock'`,
  );
  return (rowCount ?? 0) > 0;
}

/** Ends every connection that the function has, whatever it is doing. */
export async function cutDatabase(lane: Lane): Promise<void> {
  await lane.database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'postgres'`,
  );
}
