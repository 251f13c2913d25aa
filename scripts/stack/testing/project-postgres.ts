import { freePort } from '../free-port.ts';
import { applyMigrations } from '../migrations.ts';
import { applyPlatform } from '../platform.ts';
import { createPostgres, type PostgresServer } from '../postgres.ts';
import { createTempFolder, quickestFolder } from './temp-folder.ts';

/** A throwaway server whose database is the platform with our migrations, without rows. Disposing removes all of it. */
export async function createProjectPostgres(): Promise<PostgresServer> {
  const folder = createTempFolder(quickestFolder());
  const server = await createPostgres({
    dataDir: `${folder.path}/data`,
    port: await freePort(),
    unsafeFast: true,
  });
  await applyPlatform(server.url('supabase_admin'));
  await applyMigrations(server.url());
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
