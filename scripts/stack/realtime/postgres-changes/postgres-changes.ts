import type { Pool } from 'pg';
import type { PgOutputMessage } from '../replication/pgoutput.ts';
import {
  describeBinding,
  parseBinding,
  type NumberedBinding,
  type ParsedBinding,
} from './postgres-changes-binding.ts';
import { ChangeCheck, concerns } from './postgres-changes-check.ts';
import { copyChange, type TextChange } from './postgres-changes-payload.ts';
import type { RateCounter } from '../rate-counter.ts';
import { ReplicationStream } from '../replication/replication-stream.ts';
import { SerialQueue } from '../channel/serial-queue.ts';
import { sharedMessage, type SharedMessage } from '../wire/shared-message.ts';
import type { Claims } from '../token.ts';

const CHANGES_PUBLICATION = 'supabase_realtime';

/** A channel, as far as changes of tables are concerned. */
export interface ChangesSubscriber {
  readonly topic: string;
  readonly closed: AbortSignal;
  readonly token: { readonly claims: Claims | null };
  deliverChanges(changes: SharedMessage): void;
  pushSystem(status: 'ok' | 'error', message: string, extension: string): void;
}

export interface PostgresChangesOptions {
  databaseUrl: string;
  pool: Pool;
  rate: RateCounter;
  log: (line: string) => void;
}

/** `postgres_changes`: rows of the tables in the publication supabase_realtime, to whoever may select them. */
export class PostgresChanges implements AsyncDisposable {
  #options: PostgresChangesOptions;
  #subscribers = new Map<ChangesSubscriber, ParsedBinding[]>();
  #stream: ReplicationStream | null = null;
  #committedAt = new Date(0);
  #queue: SerialQueue;

  constructor(options: PostgresChangesOptions) {
    this.#options = options;
    this.#queue = new SerialQueue((error) =>
      options.log(`a change could not be sent: ${(error as Error).stack}`),
    );
  }

  /** Tells the channel in a system message whether it worked. */
  async subscribe(subscriber: ChangesSubscriber, bindings: NumberedBinding[]): Promise<void> {
    try {
      const parsed = bindings.map(parseBinding);
      for (const binding of parsed) await this.#assertPublished(binding);
      await this.#startedStream().streaming;
      if (subscriber.closed.aborted) return;
      this.#subscribers.set(subscriber, parsed);
      subscriber.pushSystem('ok', 'Subscribed to PostgreSQL', 'postgres_changes');
    } catch (error) {
      subscriber.pushSystem('error', (error as Error).message, 'postgres_changes');
    }
  }

  unsubscribe(subscriber: ChangesSubscriber): void {
    this.#subscribers.delete(subscriber);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscribers.clear();
    this.#queue.clear();
    await this.#stream?.[Symbol.asyncDispose]();
  }

  /** Only from the first subscriber on: most projects never use it. */
  #startedStream(): ReplicationStream {
    const { databaseUrl, pool, log } = this.#options;
    return (this.#stream ??= new ReplicationStream({
      databaseUrl,
      pool,
      publication: CHANGES_PUBLICATION,
      onMessage: (message) => this.#receive(message),
      log,
    }));
  }

  #receive(message: PgOutputMessage): void {
    if (message.kind === 'begin') this.#committedAt = message.committedAt;
    if (message.kind !== 'change' || this.#subscribers.size === 0 || this.#options.rate.exceeded) return;
    const change = copyChange(message, this.#committedAt);
    this.#queue.run(() => this.#send(change));
  }

  async #send(change: TextChange): Promise<void> {
    const interested = [...this.#subscribers]
      .map(([subscriber, bindings]) => ({
        subscriber,
        bindings: bindings.filter((binding) => concerns(binding, change)),
      }))
      .filter(({ bindings }) => bindings.length > 0);
    if (interested.length === 0) return;
    const check = await ChangeCheck.begin(this.#options.pool, change);
    if (!check) return;
    const shared = new Map<string, SharedMessage>();
    for (const { subscriber, bindings } of interested) {
      const idsByData = await this.#idsByData(check, subscriber, bindings);
      for (const [data, ids] of idsByData) {
        const payload = `{"ids":${JSON.stringify(ids)},"data":${data}}`;
        const key = `${subscriber.topic}\n${payload}`;
        let message = shared.get(key);
        if (!message)
          shared.set(key, (message = sharedMessage(subscriber.topic, 'postgres_changes', payload)));
        this.#options.rate.add();
        subscriber.deliverChanges(message);
      }
    }
  }

  async #idsByData(
    check: ChangeCheck,
    { token, topic }: ChangesSubscriber,
    bindings: ParsedBinding[],
  ): Promise<Map<string, number[]>> {
    const idsByData = new Map<string, number[]>();
    for (const binding of bindings) {
      try {
        const data = token.claims && (await check.dataFor(binding, token.claims));
        if (data) idsByData.set(data, [...(idsByData.get(data) ?? []), binding.id]);
      } catch (error) {
        // One subscriber's condition or policy fails: the others still get the change.
        this.#options.log(`a change was withheld from ${topic}: ${(error as Error).message}`);
      }
    }
    return idsByData;
  }

  async #assertPublished(binding: ParsedBinding): Promise<void> {
    const { rows } = await this.#options.pool.query<{ columns: string[] }>(
      `select attnames as columns from pg_publication_tables
       where pubname = $1 and ($2 = '*' or schemaname = $2) and ($3 = '*' or tablename = $3)`,
      [CHANGES_PUBLICATION, binding.schema, binding.table],
    );
    const parameters = describeBinding(binding);
    if (rows.length === 0) {
      throw new Error(
        `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: ${parameters}`,
      );
    }
    const unknown = binding.filters.find(
      ({ column }) => !rows.some(({ columns }) => columns.includes(column)),
    );
    if (unknown) {
      throw new Error(
        `Unable to subscribe to changes with given parameters. An exception happened so please check your connect parameters: ${parameters}. Exception: invalid column for filter ${unknown.column}`,
      );
    }
  }
}
