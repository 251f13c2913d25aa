import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { LOCAL_PASSWORD } from '../postgres.ts';

/** A database of its own, copied from a template; dropped when disposed. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  url(user?: string): string;
}

/** Makes a database for one test file. `platform`: a project before its first migration; `project`: after all of ours, without rows. */
export async function createTestDatabase(
  template: 'platform' | 'project' = 'project',
): Promise<TestDatabase> {
  const port = inject('postgresPort');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = (user = 'postgres', database = name): string =>
    `postgresql://${user}:${LOCAL_PASSWORD}@127.0.0.1:${port}/${database}`;
  const onAdmin = async (sql: string): Promise<void> => {
    const admin = new pg.Client({ connectionString: url('supabase_admin', 'postgres') });
    await admin.connect();
    // A template can be copied once at a time.
    await admin.query("select pg_advisory_lock(hashtext('test databases'))");
    await admin.query(sql).finally(() => admin.end());
  };
  // Files copied, not their pages logged: a third of the time where nothing is synchronised to the disk.
  await onAdmin(`create database ${name} template ${template}_template strategy file_copy owner postgres`);
  return {
    name,
    url: (user = 'postgres') => url(user),
    [Symbol.asyncDispose]: () => onAdmin(`drop database ${name} with (force)`),
  };
}
