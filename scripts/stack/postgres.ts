import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { findPostgresHome, type PostgresHome } from './postgres-home.ts';
import { spawnSupervised, type SupervisedProcess } from './process/spawn-supervised.ts';

const run = promisify(execFile);

export interface PostgresOptions {
  /** Kept between runs; made on the first. */
  dataDir: string;
  port: number;
  /** Trades durability for speed. For tests, whose data nobody misses. */
  unsafeFast?: boolean;
  onLine?: (line: string) => void;
}

/** A running PostgreSQL 17. Disposing stops it and waits. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly exited: SupervisedProcess['exited'];
  /** A connection string; `supabase_admin` is the superuser, `postgres` whom people and migrations use. */
  url(user?: string, database?: string): string;
}

/** The password of every login role of the local stack, as in `supabase start`. */
export const LOCAL_PASSWORD = 'postgres';

/** `timezone`, WAL and slots as on the platform: Realtime reads changes by logical replication. */
const SETTINGS = [
  'wal_level=logical',
  'max_wal_senders=10',
  'max_replication_slots=10',
  'timezone=UTC',
  'log_timezone=UTC',
  'max_connections=200',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=128MB',
  'log_min_messages=warning',
];
// synchronous_commit stays on: without it the WAL, and so Realtime, is up to 200 ms late. Without fsync it costs nothing.
const FAST_SETTINGS = ['fsync=off', 'full_page_writes=off'];

/** Starts PostgreSQL on 127.0.0.1, making its data folder when there is none. Rejects with the server's own words when it does not come up. */
export async function createPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const home = await findPostgresHome(options.dataDir);
  if (!existsSync(join(home.dataDir, 'PG_VERSION'))) await initialise(home);
  await endLeftover(home);

  const settings = options.unsafeFast ? [...SETTINGS, ...FAST_SETTINGS] : SETTINGS;
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  const server = await spawnSupervised({
    name: 'Postgres',
    command: join(home.binDir, 'postgres'),
    args: ['-D', home.dataDir, '-p', String(options.port), ...settings.flatMap((setting) => ['-c', setting])],
    cwd: home.dataDir,
    env: { ...process.env, LC_ALL: 'C' },
    ...(home.uid === undefined ? {} : { uid: home.uid, gid: home.gid! }),
    // "Fast" shutdown: ends sessions, writes a checkpoint. SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    graceMs: 10_000,
    onLine: (line) => {
      if (lines.length < 200) lines.push(line);
      options.onLine?.(line);
      if (line.includes('database system is ready to accept connections')) ready.resolve();
    },
  });
  void server.exited.then(() =>
    ready.reject(new Error(`Postgres did not start:\n${lines.slice(-8).join('\n')}`)),
  );
  await ready.promise;

  return {
    port: options.port,
    pid: server.pid,
    exited: server.exited,
    url: (user = 'postgres', database = 'postgres') =>
      `postgresql://${user}:${LOCAL_PASSWORD}@127.0.0.1:${options.port}/${database}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The builtin C.UTF-8 sorts alike on every machine, whatever locales it has. */
async function initialise(home: PostgresHome): Promise<void> {
  const passwordFile = join(tmpdir(), `civstart-${randomUUID()}`);
  writeFileSync(passwordFile, `${LOCAL_PASSWORD}\n`, { mode: 0o644 });
  try {
    await run(
      join(home.binDir, 'initdb'),
      [
        `--pgdata=${home.dataDir}`,
        '--username=supabase_admin',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-sync',
      ],
      { cwd: home.dataDir, ...(home.uid === undefined ? {} : { uid: home.uid, gid: home.gid! }) },
    ).catch((error: Error & { stderr?: string }) => {
      rmSync(home.dataDir, { recursive: true, force: true });
      throw new Error(
        `Postgres' data folder ${home.dataDir} could not be made: ${error.stderr ?? error.message}`,
      );
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** A server that lost its supervisor still holds the folder: end it, or it blocks this start. */
async function endLeftover(home: PostgresHome): Promise<void> {
  const pidFile = join(home.dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || !isPostgresOf(pid, home.dataDir)) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; existsSync(pidFile) && waited < 10_000; waited += 50) await delay(50);
}

function isPostgresOf(pid: number, dataDir: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes('postgres') && command.includes(dataDir);
  } catch {
    return false;
  }
}
