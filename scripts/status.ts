/** `npm run status`: what of the local stack answers, and where. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readStackEnv } from './stack/stack-env.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({ options: { dir: { type: 'string', default: '.local' } } });

async function http(url: string, headers: Record<string, string> = {}): Promise<string> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(3_000) });
    return response.ok ? 'up' : `answers ${response.status}`;
  } catch {
    return 'does not answer';
  }
}

async function database(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    await client.query('select 1');
    return 'up';
  } catch {
    return 'does not answer';
  } finally {
    await client.end();
  }
}

try {
  const env = readStackEnv(resolve(ROOT, values.dir));
  const parts: [string, string, string][] = [
    ['Web app', env.WEB_URL, await http(`${env.WEB_URL}/healthz`)],
    ['REST', `${env.API_URL}/rest/v1`, await http(`${env.API_URL}/rest/v1/`, { apikey: env.SECRET_KEY })],
    [
      'Auth',
      `${env.API_URL}/auth/v1`,
      await http(`${env.API_URL}/auth/v1/health`, { apikey: env.PUBLISHABLE_KEY }),
    ],
    ['Edge function', `${env.FUNCTIONS_URL}/airtable`, await http(`${env.FUNCTIONS_URL}/airtable/health`)],
    ['Airtable simulator', env.AIRTABLE_API_URL, await http(env.AIRTABLE_API_URL)],
    ['Postgres', env.DB_URL, await database(env.DB_URL)],
  ];
  for (const [part, url, state] of parts) console.log(`${part.padEnd(20)} ${state.padEnd(16)} ${url}`);
  if (parts.some(([, , state]) => state !== 'up')) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
