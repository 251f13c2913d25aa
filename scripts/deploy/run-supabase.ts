import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../node_modules/.bin/supabase', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the Supabase CLI against a hosted project, its lines shown as they come. Rejects when it fails. */
export async function runSupabase(args: string[], secrets: Record<string, string>): Promise<void> {
  const child = spawn(CLI, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...secrets },
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) {
    throw new Error(
      `supabase ${args.slice(0, 2).join(' ')} ended with ${signal ?? code}. What was done stays; correct it and run the deployment again.`,
    );
  }
}
