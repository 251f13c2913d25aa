import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig, type Pool } from 'pg';
import { CopyBoth } from './copy-both.ts';
import { PgOutputDecoder, type PgOutputMessage } from './pgoutput.ts';
import { openXLogData, standbyStatus } from './replication-protocol.ts';

export interface ReplicationStreamOptions {
  databaseUrl: string;
  /** For clearing up a connection that cannot be asked any more. */
  pool: Pool;
  publication: string;
  /** Called for each change in the order of commits; values are views that change after the call. */
  onMessage: (message: PgOutputMessage) => void;
  log: (line: string) => void;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The committed changes of one publication, from the moment it streams. Comes back by itself, with growing
 * pauses, when Postgres goes away; what is committed in between is not streamed.
 */
export class ReplicationStream implements AsyncDisposable {
  #options: ReplicationStreamOptions;
  #abort = new AbortController();
  #streaming = Promise.withResolvers<void>();
  #isStreaming = false;
  #running: Promise<void>;

  constructor(options: ReplicationStreamOptions) {
    this.#options = options;
    this.#streaming.promise.catch(() => undefined);
    this.#running = this.#run();
  }

  /** Resolves while it streams, else once it does; rejects when it is disposed of first. */
  get streaming(): Promise<void> {
    return this.#streaming.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { log, publication } = this.#options;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#stream();
      } catch (error) {
        if (this.#isStreaming) attempt = 0;
        const pause = Math.min(FIRST_RETRY_MS * 2 ** attempt, LAST_RETRY_MS);
        const what = this.#isStreaming ? 'lost' : 'could not be started';
        if (!signal.aborted) {
          log(`replication of ${publication} ${what}: ${(error as Error).message}; again in ${pause} ms`);
        }
        this.#stopped();
        await delay(pause, undefined, { signal }).catch(() => undefined);
      }
    }
    this.#stopped();
    this.#streaming.reject(new Error(`replication of ${publication} was stopped`));
  }

  #stopped(): void {
    if (!this.#isStreaming) return;
    this.#isStreaming = false;
    this.#streaming = Promise.withResolvers<void>();
    this.#streaming.promise.catch(() => undefined);
  }

  async #stream(): Promise<void> {
    const { databaseUrl, publication, log } = this.#options;
    const { signal } = this.#abort;
    // Of its own: slots belong to the whole cluster, and a killed server's slot outlives it for a moment.
    const slot = `supabase_realtime_${process.pid}_${randomBytes(6).toString('hex')}`;
    const config: ClientConfig & { replication: string } = {
      connectionString: databaseUrl,
      application_name: slot,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      replication: 'database',
    };
    const client = new Client(config);
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    client.on('error', lost.reject);
    const copy = new CopyBoth(
      `START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '"${publication}"')`,
      this.#receiver((chunk) => copy.send(chunk)),
    );
    const stop = (): void =>
      this.#isStreaming ? copy.finish() : void this.#terminate(slot).catch(lost.reject);
    try {
      await client.connect();
      signal.throwIfAborted();
      signal.addEventListener('abort', stop);
      // Waits until every transaction that is writing now has ended.
      await client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
      signal.throwIfAborted();
      client.query(copy);
      await Promise.race([copy.started, lost.promise]);
      this.#isStreaming = true;
      this.#streaming.resolve();
      log(`replication of ${publication} streams`);
      if (signal.aborted) copy.finish();
      await Promise.race([copy.ended, lost.promise]);
      if (!signal.aborted) throw new Error('the server ended it');
    } finally {
      signal.removeEventListener('abort', stop);
      await client.end().catch((error: Error) => log(`replication of ${publication}: ${error.message}`));
    }
  }

  #receiver(reply: (chunk: Buffer) => void): (chunk: Buffer) => void {
    const decoder = new PgOutputDecoder();
    return (chunk) => {
      const received = openXLogData(chunk);
      if (received.kind === 'keepalive') return reply(standbyStatus(received.walEnd, Date.now()));
      try {
        const message = decoder.decode(received.data);
        if (message) this.#options.onMessage(message);
      } catch (error) {
        this.#options.log(`a change could not be read: ${(error as Error).stack}`);
      }
    };
  }

  /** A connection that waits for its slot hears nothing else: only another can end it. */
  async #terminate(applicationName: string): Promise<void> {
    await this.#options.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [applicationName],
    );
  }
}
