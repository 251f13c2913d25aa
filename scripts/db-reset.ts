/**
 * `npm run db:reset`: the Supabase CLI's `db reset` (migrations and seed) on the running local stack. The simulated base
 * goes back to its seed too, so that mirror and base agree, and is connected again.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resetStack } from './stack/reset-stack.ts';
import { readStackEnv } from './stack/stack-env.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({ options: { dir: { type: 'string', default: '.local' } } });

try {
  const env = readStackEnv(resolve(ROOT, values.dir));
  await resetStack(env, console.log);
  console.log(`Everybody signs in again, password ${env.DEMO_PASSWORD}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
