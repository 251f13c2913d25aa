/**
 * `npm run airtable:reconcile`: compares the base with its mirror, row by row, while both go on changing. Ends with 1
 * when they differ. `-- --repair` reads what differs again, applies it, and compares once more. Settings: .env.example;
 * without them, the local stack's.
 */
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import type { ReconcileProgress } from '../edge-functions/airtable/reconcile-store.ts';
import { describeReconcileProgress, describeReport, differencesIn } from './airtable/describe-report.ts';
import { readAirtableEnv } from './airtable/read-airtable-env.ts';
import {
  readDifferences,
  reconcileBase,
  repairDifferences,
  type ReconcileTarget,
} from './airtable/reconcile-base.ts';

const SAMPLES = 10;

const say = (line: string): boolean =>
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[K${line}` : `${line}\n`);

async function compare(
  sql: postgres.Sql,
  target: ReconcileTarget,
): Promise<{ runId: string; report: ReconcileProgress }> {
  let last = '';
  const compared = await reconcileBase(sql, target, (progress) => {
    const line = describeReconcileProgress(progress);
    if (line !== last) say((last = line));
  });
  if (process.stdout.isTTY) say('');
  const { runId, report } = compared;
  console.log(describeReport(report, await readDifferences(sql, runId, SAMPLES)).join('\n'));
  if (report.state === 'failed')
    throw new Error(`The comparison failed: ${report.error ?? 'nobody knows why'}`);
  return compared;
}

try {
  const { values } = parseArgs({ options: { repair: { type: 'boolean', default: false } } });
  const env = readAirtableEnv(process.env);
  if (env.local) console.log('This is the local stack (.local/stack.env).');
  const target = {
    functionsUrl: env.FUNCTIONS_URL,
    syncSecret: env.SYNC_SECRET,
    baseId: env.AIRTABLE_BASE_ID,
  };
  const sql = postgres(env.DATABASE_URL, { max: 1, onnotice: () => {} });
  try {
    let { runId, report } = await compare(sql, target);
    if (values.repair && differencesIn(report) > 0) {
      console.log(`${await repairDifferences(target, runId)} records are read again.`);
      ({ runId, report } = await compare(sql, target));
    }
    if (!report.identical) process.exitCode = 1;
  } finally {
    await sql.end();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
