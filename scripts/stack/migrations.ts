import { fileURLToPath } from 'node:url';
import { applySqlFolder } from './apply-sql-folder.ts';

export const MIGRATIONS = fileURLToPath(new URL('../../supabase/migrations/', import.meta.url));

/**
 * Runs every file of supabase/migrations as `postgres`, as `supabase db reset` does, for databases that tests
 * make by the dozen. The stack itself uses the CLI, which keeps the history of what was applied.
 */
export function applyMigrations(url: string): Promise<void> {
  return applySqlFolder(url, MIGRATIONS);
}
