import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Runs the .sql files of a folder in the order of their names, each as one transaction. Throws with the file's name. */
export async function applySqlFolder(url: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith('.sql')) continue;
      try {
        await client.query(readFileSync(join(folder, file), 'utf8'));
      } catch (cause) {
        throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    }
  } finally {
    await client.end();
  }
}
