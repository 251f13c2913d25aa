/**
 * `npm run airtable:status`: webhooks, cursors, expiry, drift, dead letters and the last runs. Ends with 1 when somebody
 * has to do something. Settings: .env.example; without them, the local stack's.
 */
import postgres from 'postgres';
import { readAirtableEnv } from './airtable/read-airtable-env.ts';
import { describeStatus, readStatus } from './airtable/read-status.ts';

try {
  const env = readAirtableEnv(process.env);
  if (env.local) console.log('This is the local stack (.local/stack.env).');
  const sql = postgres(env.DATABASE_URL, { max: 2, onnotice: () => {} });
  try {
    const { lines, trouble } = describeStatus(await readStatus(sql), new Date());
    console.log(lines.join('\n'));
    if (trouble) process.exitCode = 1;
  } finally {
    await sql.end();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
