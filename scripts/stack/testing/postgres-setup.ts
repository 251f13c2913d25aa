import type { TestProject } from 'vitest/node';
import pg from 'pg';
import { freePort } from '../free-port.ts';
import { applyMigrations } from '../migrations.ts';
import { applyPlatform } from '../platform.ts';
import { createPostgres } from '../postgres.ts';
import { createTempFolder, quickestFolder } from './temp-folder.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresPort: number;
  }
}

/** One server for the whole run, and two templates: the bare platform, and the platform with our migrations. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = createTempFolder(quickestFolder());
  const postgres = await createPostgres({
    dataDir: `${folder.path}/data`,
    port: await freePort(),
    unsafeFast: true,
  });
  const admin = new pg.Client({ connectionString: postgres.url('supabase_admin') });
  await admin.connect();
  await admin.query('create database platform_template');
  await applyPlatform(postgres.url('supabase_admin', 'platform_template'));
  await admin.query('create database project_template template platform_template');
  // Ownership is kept by the copy, the settings of the database are not.
  await applyPlatform(postgres.url('supabase_admin', 'project_template'));
  await applyMigrations(postgres.url('postgres', 'project_template'));
  await admin.end();
  project.provide('postgresPort', postgres.port);

  return async () => {
    await postgres[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  };
}
