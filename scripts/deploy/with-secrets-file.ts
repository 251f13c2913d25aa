import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Lends a file of secrets that only this user can read: on a command line everybody on the machine could. Between single
 * quotes every sign stands for itself; a value may hold none of them, nor a line break.
 */
export async function withSecretsFile(
  secrets: Record<string, string>,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'civstart-deploy-'));
  try {
    const path = join(folder, 'secrets.env');
    const lines = Object.entries(secrets).map(([name, value]) => `${name}='${value}'`);
    await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 });
    await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
