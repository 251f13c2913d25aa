import type { Pool } from 'pg';

/** Transactions further back are long over. */
const MOST_KEPT = 1000;
const LONGEST_WAIT_MS = 2000;

/**
 * Postgres streams a commit once it is in the WAL, which is a moment before other sessions see its rows. A
 * client that joins in between would neither be sent the message nor find its rows: so a join waits until
 * every transaction streamed before it can be seen.
 */
export class StreamedTransactions {
  #pool: Pool;
  #log: (line: string) => void;
  #unseen = new Set<number>();

  constructor(pool: Pool, log: (line: string) => void) {
    this.#pool = pool;
    this.#log = log;
  }

  add(xid: number): void {
    this.#unseen.add(xid);
    if (this.#unseen.size > MOST_KEPT) this.#unseen.delete(this.#unseen.values().next().value!);
  }

  /** Resolves when any query begun from now on sees what has been streamed until now. */
  async visible(): Promise<void> {
    const asked = [...this.#unseen];
    const giveUpAt = performance.now() + LONGEST_WAIT_MS;
    while (asked.some((xid) => this.#unseen.has(xid))) {
      const inProgress = await this.#inProgress(asked);
      for (const xid of asked) if (!inProgress.has(xid)) this.#unseen.delete(xid);
      if (performance.now() > giveUpAt)
        return this.#log(`transactions ${asked.join()} take long to become visible`);
    }
  }

  async #inProgress(xids: number[]): Promise<Set<number>> {
    const { rows } = await this.#pool.query<{ xid: string }>(
      `select xid from unnest($1::text[]) xid where pg_xact_status(xid::xid8) = 'in progress'`,
      [xids],
    );
    return new Set(rows.map(({ xid }) => Number(xid)));
  }
}
