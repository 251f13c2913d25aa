import { fileURLToPath } from 'node:url';
import { applySqlFolder } from './apply-sql-folder.ts';

/**
 * Makes a database what it is on the platform before the first migration: roles, schemas, extensions,
 * default privileges, `auth`, `realtime`. `url` must connect as supabase_admin. Safe to repeat.
 */
export function applyPlatform(url: string): Promise<void> {
  return applySqlFolder(url, fileURLToPath(new URL('platform/', import.meta.url)));
}
