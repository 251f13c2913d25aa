import type { Connection, Submittable } from 'pg';

/** The parts of a `pg` connection that its types leave out. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * A START_REPLICATION command. `pg` hands every event of the running command to the object that was
 * submitted, so the two-way copy needs no more than the right methods on it.
 */
export class CopyBoth implements Submittable {
  /** Resolves when the server has begun to stream; rejects as `ended` does. */
  readonly started: Promise<void>;
  /** Resolves when the server has ended the copy; rejects when it, or the connection, failed. */
  readonly ended: Promise<void>;
  #sql: string;
  #onData: (chunk: Buffer) => void;
  #start = Promise.withResolvers<void>();
  #end = Promise.withResolvers<void>();
  #connection: CopyConnection | null = null;

  constructor(sql: string, onData: (chunk: Buffer) => void) {
    this.#sql = sql;
    this.#onData = onData;
    this.started = this.#start.promise;
    this.ended = this.#end.promise;
    // Whoever waits for one of the two sees the error there.
    this.started.catch(() => undefined);
    this.ended.catch(() => undefined);
  }

  submit(connection: Connection): void {
    this.#connection = connection as CopyConnection;
    connection.once('replicationStart', this.#start.resolve);
    connection.query(this.#sql);
  }

  send(chunk: Buffer): void {
    this.#connection?.sendCopyFromChunk(chunk);
  }

  /** Asks the server to end the copy. */
  finish(): void {
    this.#connection?.endCopyFrom();
  }

  handleCopyData(message: { chunk: Buffer }): void {
    this.#onData(message.chunk);
  }

  handleError(error: Error): void {
    this.#start.reject(error);
    this.#end.reject(error);
  }

  handleReadyForQuery(): void {
    this.#end.resolve();
  }

  handleCommandComplete(): void {}

  handleRowDescription(): void {}

  handleDataRow(): void {}
}
