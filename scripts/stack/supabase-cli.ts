import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../../node_modules/.bin/supabase', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the Supabase CLI against a database. Resolves with what it printed; rejects with its own words. */
export async function supabaseCli(databaseUrl: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(CLI, [...args, `--remote=${databaseUrl}`], {
      cwd: ROOT,
      // The local Postgres speaks no TLS, and a laptop's commands are nobody's statistics.
      env: {
        ...process.env,
        PGSSLMODE: 'disable',
        DO_NOT_TRACK: '1',
        // At config.toml's own port the CLI expects its own stack, and looks for Docker. At any other it takes what it finds.
        SUPABASE_DB_PORT: '1',
      },
      maxBuffer: 16_000_000,
    });
    return stdout;
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`supabase ${args.join(' ')} failed:\n${(stderr + stdout).trim()}`, { cause });
  }
}
