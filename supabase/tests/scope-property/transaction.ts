import type postgres from 'postgres';

/** What a random change may rightly run into: broken constraints, and losing a race. */
const EXPECTED = /^(23...|40001|40P01)$/;

/** A transaction on a connection of its own, which is moved on from outside, phase by phase. */
export class Transaction implements AsyncDisposable {
  #connection: postgres.ReservedSql;
  #watch: postgres.Sql;
  #pid: number;
  #work: Promise<void> = Promise.resolve();
  #busy = false;
  #failed = false;
  #released = false;

  private constructor(connection: postgres.ReservedSql, watch: postgres.Sql, pid: number) {
    this.#connection = connection;
    this.#watch = watch;
    this.#pid = pid;
  }

  static async begin(writer: postgres.Sql, watch: postgres.Sql): Promise<Transaction> {
    const connection = await writer.reserve();
    await connection.unsafe('begin');
    const [row] = await connection<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return new Transaction(connection, watch, row!.pid);
  }

  /** Starts statements after those that were started before, and returns once they are done or wait for a lock. */
  async run(statements: string[]): Promise<'done' | 'waits'> {
    this.#busy = true;
    const work = this.#work.then(async () => {
      for (const statement of statements) await this.#one(statement);
    });
    this.#work = work;
    // An error stays in #work, for whoever ends the transaction.
    const settled = (): void => {
      if (this.#work === work) this.#busy = false;
    };
    void work.then(settled, settled);
    return this.look();
  }

  /** Publishes what it did; nothing may follow but the end. */
  publish(): Promise<'done' | 'waits'> {
    return this.run(['set constraints all immediate']);
  }

  async look(): Promise<'done' | 'waits'> {
    while (this.#busy) {
      const [row] = await this.#watch<{ waits: boolean }[]>`
        select cardinality(pg_blocking_pids(${this.#pid})) > 0 as waits`;
      if (row!.waits && this.#busy) return 'waits';
    }
    return 'done';
  }

  /** @returns whether it committed. */
  async end(how: 'commit' | 'rollback'): Promise<boolean> {
    await this.#work;
    if (how === 'commit') await this.#one('commit');
    await this[Symbol.asyncDispose]();
    return how === 'commit' && !this.#failed;
  }

  /** Rolls back, unless it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#work.catch(() => undefined);
    await this.#connection.unsafe('rollback');
    this.#connection.release();
  }

  async #one(statement: string): Promise<void> {
    if (this.#failed) return;
    await this.#connection.unsafe(statement).catch((error: postgres.PostgresError) => {
      if (!EXPECTED.test(error.code)) throw new Error(`${error.message}\n${statement}`, { cause: error });
      this.#failed = true;
    });
  }
}
