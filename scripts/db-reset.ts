/**
 * `npm run db:reset`: the Supabase CLI's `db reset` (migrations and seed) on the running local stack. The simulated base
 * goes back to its seed too, so that mirror and base agree, and is connected again.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connectAirtable } from './airtable/connect-airtable.ts';
import { readStackEnv } from './stack/stack-env.ts';
import { supabaseCli } from './stack/supabase-cli.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({ options: { dir: { type: 'string', default: '.local' } } });

try {
  const env = readStackEnv(resolve(ROOT, values.dir));
  const base = await fetch(`${env.AIRTABLE_API_URL}/_sim/reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: 'seed' }),
  }).catch((cause: unknown) => {
    throw new Error('The local stack does not run. Start it first: npm start', { cause });
  });
  if (!base.ok) throw new Error(`The simulated base could not be reset: ${base.status} ${await base.text()}`);
  console.log('The base is its seed again. Resetting the database …');
  await supabaseCli(env.DB_URL, 'db', 'reset', '--yes');
  await connectAirtable({
    apiUrl: env.AIRTABLE_API_URL,
    apiKey: env.AIRTABLE_API_KEY,
    baseId: env.AIRTABLE_BASE_ID,
    databaseUrl: env.DB_URL,
    notificationUrl: `${env.FUNCTIONS_URL}/airtable/webhook`,
  });
  console.log(
    `Migrations and seed applied; the base is connected. Everybody signs in again, password ${env.DEMO_PASSWORD}.`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
