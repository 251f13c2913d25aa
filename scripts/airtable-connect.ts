/**
 * `npm run airtable:connect`: binds a base's fields to columns, makes its webhook and reads all records once. Safe to
 * repeat; `-- --scan` reads all records again. Settings: .env.example; without them, the local stack's.
 */
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { z } from 'zod';
import { connectAirtable } from './airtable/connect-airtable.ts';
import { describeProgress, followScan } from './airtable/follow-scan.ts';
import { readAirtableEnv, type AirtableEnv } from './airtable/read-airtable-env.ts';

const BackfillAnswer = z.object({ runId: z.string() });

async function beginScan(env: AirtableEnv): Promise<string> {
  const response = await fetch(`${env.FUNCTIONS_URL}/airtable/backfill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sync-secret': env.SYNC_SECRET },
    body: JSON.stringify({ baseId: env.AIRTABLE_BASE_ID }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`The function did not begin the scan: ${response.status} ${text.slice(0, 300)}`);
  return BackfillAnswer.parse(JSON.parse(text)).runId;
}

/** Reads the base from beginning to end, and says how far it is. */
async function scan(env: AirtableEnv): Promise<void> {
  const sql = postgres(env.DATABASE_URL, { max: 1, onnotice: () => {} });
  try {
    const runId = await beginScan(env);
    const startedAt = performance.now();
    const say = (line: string): boolean =>
      process.stdout.write(process.stdout.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    const done = await followScan(sql, runId, (progress) =>
      say(describeProgress(progress, (performance.now() - startedAt) / 1000)),
    );
    if (process.stdout.isTTY) say('');
    if (done.state === 'failed') throw new Error(`The scan failed: ${done.error ?? 'nobody knows why'}`);
    console.log(`${done.records} records were read: ${done.written} rows written, ${done.deleted} removed.`);
    if (done.dead_letters > 0)
      console.log(`${done.dead_letters} could not be applied. npm run airtable:status says which and why.`);
  } finally {
    await sql.end();
  }
}

try {
  const { values } = parseArgs({ options: { scan: { type: 'boolean', default: false } } });
  const env = readAirtableEnv(process.env);
  if (env.local) console.log('This is the local stack (.local/stack.env).');
  const connected = await connectAirtable({
    apiUrl: env.AIRTABLE_API_URL,
    apiKey: env.AIRTABLE_API_KEY,
    baseId: env.AIRTABLE_BASE_ID,
    databaseUrl: env.DATABASE_URL,
    notificationUrl: `${env.FUNCTIONS_URL}/airtable/webhook`,
  });
  console.log(`${connected.boundFields} fields are bound.`);
  for (const note of connected.notes) console.log(`  ${note}`);
  console.log(
    connected.created
      ? `The webhook ${connected.webhookId} is made: every change from now on arrives.`
      : `The webhook ${connected.webhookId} was there and goes on.`,
  );
  if (connected.created || values.scan) await scan(env);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
