import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What others need to know of a running stack, by the names of `supabase status -o env`. */
export interface StackEnv {
  API_URL: string;
  DB_URL: string;
  FUNCTIONS_URL: string;
  PUBLISHABLE_KEY: string;
  SECRET_KEY: string;
  ANON_KEY: string;
  SERVICE_ROLE_KEY: string;
  JWT_SECRET: string;
  WEB_URL: string;
  AIRTABLE_API_URL: string;
  AIRTABLE_API_KEY: string;
  AIRTABLE_BASE_ID: string;
  SYNC_SECRET: string;
  DEMO_PASSWORD: string;
}

const FILE = 'stack.env';

export function writeStackEnv(stateDir: string, env: StackEnv): void {
  const lines = Object.entries(env).map(([name, value]) => `${name}="${value}"\n`);
  const draft = join(stateDir, `${FILE}.${process.pid}`);
  writeFileSync(draft, lines.join(''), { mode: 0o600 });
  renameSync(draft, join(stateDir, FILE));
}

/** Reads what the last start on this folder wrote. Throws with what to do when there was none. */
export function readStackEnv(stateDir: string): StackEnv {
  let text: string;
  try {
    text = readFileSync(join(stateDir, FILE), 'utf8');
  } catch (cause) {
    throw new Error(`There is no ${join(stateDir, FILE)}. Start the stack first: npm start`, { cause });
  }
  const entries = [...text.matchAll(/^([A-Z_]+)="(.*)"$/gm)].map(([, name, value]) => [name, value]);
  return Object.fromEntries(entries) as StackEnv;
}
