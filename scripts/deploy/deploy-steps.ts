import { connectAirtable } from '../airtable/connect-airtable.ts';
import type { DeployEnv } from './read-deploy-env.ts';
import { runSupabase } from './run-supabase.ts';
import { scheduleFunction } from './schedule-function.ts';
import { withSecretsFile } from './with-secrets-file.ts';

export interface DeployStep {
  title: string;
  /** What is run, without any secret. */
  command: string;
  run: () => Promise<void>;
}

/** What a deployment does, in order. Each step is safe to repeat, so a deployment that stopped halfway is run again. */
export function deploySteps(env: DeployEnv): DeployStep[] {
  const { SUPABASE_PROJECT_REF: project, AIRTABLE_API_KEY, AIRTABLE_API_URL, SYNC_SECRET } = env;
  // Not on the command line, which everybody on the machine may read.
  const database = new URL(env.DATABASE_URL);
  const PGPASSWORD = decodeURIComponent(database.password);
  database.password = '';
  const supabase = (...args: string[]): Promise<void> =>
    runSupabase(args, { SUPABASE_ACCESS_TOKEN: env.SUPABASE_ACCESS_TOKEN, PGPASSWORD });
  const secrets = { AIRTABLE_API_KEY, AIRTABLE_API_URL, SYNC_SECRET };
  return [
    {
      title: 'Migrations',
      command: 'supabase db push --remote=<DATABASE_URL>',
      run: () => supabase('db', 'push', `--remote=${database.href}`, '--yes'),
    },
    {
      title: 'Secrets of the function',
      command: `supabase secrets set --env-file <${Object.keys(secrets).join(', ')}> --remote=${project}`,
      run: () =>
        withSecretsFile(secrets, (path) =>
          supabase('secrets', 'set', '--env-file', path, `--remote=${project}`, '--yes'),
        ),
    },
    {
      title: 'The function',
      command: `supabase functions deploy airtable --use-api --remote=${project}`,
      run: () => supabase('functions', 'deploy', 'airtable', '--use-api', `--remote=${project}`, '--yes'),
    },
    {
      title: 'Its schedule: every 30 seconds what is due, whatever became of the pings',
      command: `pg_cron job "airtable-drain" posts to ${env.FUNCTIONS_URL}/airtable/drain`,
      run: () => scheduleFunction(env),
    },
    {
      title: 'The base: fields bound to columns, webhook made',
      command: `base ${env.AIRTABLE_BASE_ID} pings ${env.FUNCTIONS_URL}/airtable/webhook`,
      run: async () => {
        const { boundFields, webhookId, created } = await connectAirtable({
          apiUrl: AIRTABLE_API_URL,
          apiKey: AIRTABLE_API_KEY,
          baseId: env.AIRTABLE_BASE_ID,
          databaseUrl: env.DATABASE_URL,
          notificationUrl: `${env.FUNCTIONS_URL}/airtable/webhook`,
        });
        console.log(`    ${boundFields} fields, webhook ${webhookId} ${created ? 'made' : 'goes on'}`);
      },
    },
  ];
}
