import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readStackEnv } from '../stack/stack-env.ts';

const LOCAL = fileURLToPath(new URL('../../.local/', import.meta.url));

const Environment = z.object({
  AIRTABLE_API_KEY: z.string().min(1),
  AIRTABLE_BASE_ID: z.string().startsWith('app'),
  AIRTABLE_API_URL: z.url().default('https://api.airtable.com'),
  DATABASE_URL: z.string().startsWith('postgres'),
  FUNCTIONS_URL: z.url(),
  SYNC_SECRET: z.string().min(16),
});

export type AirtableEnv = z.infer<typeof Environment>;

/**
 * Which base, which mirror: from the environment or, where that names no database, the local stack. Throws with the
 * names of what is missing.
 */
export function readAirtableEnv(
  variables: Record<string, string | undefined>,
): AirtableEnv & { local: boolean } {
  const filled = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  if (filled.DATABASE_URL === undefined && existsSync(join(LOCAL, 'stack.env'))) {
    const stack = readStackEnv(LOCAL);
    return { ...Environment.parse({ ...stack, DATABASE_URL: stack.DB_URL }), local: true };
  }
  const parsed = Environment.safeParse(filled);
  if (parsed.success) return { ...parsed.data, local: false };
  const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
  throw new Error(
    `Set ${names.join(', ')} first: .env.example says what they are. Or start the local stack: npm start`,
  );
}
