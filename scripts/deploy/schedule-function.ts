import postgres from 'postgres';
import type { DeployEnv } from './read-deploy-env.ts';

const SECRET = 'airtable_sync_secret';
/** Where the database posts as soon as an action has to be done in Airtable. */
const PUSH_URL = 'airtable_push_url';

/**
 * Has pg_cron post to the function's /drain every 30 seconds: what waits goes on, and the webhooks are looked at every other minute. The secret stays in the project's vault: what pg_cron
 * keeps of a job can be read by whoever reads its tables.
 */
export async function scheduleFunction({
  DATABASE_URL,
  FUNCTIONS_URL,
  SYNC_SECRET,
}: DeployEnv): Promise<void> {
  const sql = postgres(DATABASE_URL, { max: 1, onnotice: () => {} });
  try {
    await sql.begin(async (transaction) => {
      for (const extension of ['pg_cron', 'pg_net']) {
        const [available] = await transaction`select from pg_available_extensions where name = ${extension}`;
        if (available) await transaction`create extension if not exists ${transaction(extension)}`;
      }
      const [ready] = await transaction`
        select where to_regproc('cron.schedule') is not null and to_regproc('net.http_post') is not null`;
      if (!ready)
        throw new Error(
          'The project has no pg_cron or no pg_net: switch both on under Database, Extensions.',
        );
      await keep(transaction, SECRET, SYNC_SECRET);
      await keep(transaction, PUSH_URL, `${FUNCTIONS_URL}/airtable/push`);
      await transaction`select cron.schedule('airtable-drain', '30 seconds', ${postJob(`${FUNCTIONS_URL}/airtable/drain`)})`;
    });
  } finally {
    await sql.end();
  }
}

async function keep(transaction: postgres.TransactionSql, name: string, secret: string): Promise<void> {
  const [kept] = await transaction<{ id: string }[]>`select id from vault.secrets where name = ${name}`;
  if (kept) await transaction`select vault.update_secret(${kept.id}, ${secret})`;
  else await transaction`select vault.create_secret(${secret}, ${name})`;
}

/** The job's SQL: one post, whose answer nobody waits for. */
function postJob(url: string): string {
  return `select net.http_post(
    url := '${url.replaceAll("'", "''")}',
    headers := jsonb_build_object('content-type', 'application/json',
      'x-sync-secret', (select decrypted_secret from vault.decrypted_secrets where name = '${SECRET}')),
    body := '{"sparing": true}',
    timeout_milliseconds := 30000)`;
}
