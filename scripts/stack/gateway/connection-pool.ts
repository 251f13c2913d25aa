import postgres from 'postgres';

/** What the library's query builder uses of a connection. */
interface Reserved {
  unsafe(query: string, parameters: unknown[]): Promise<unknown>;
  release(): void;
}

interface Slot {
  readonly client: postgres.Sql;
  readonly sql: postgres.ReservedSql;
  isLost: boolean;
}

/**
 * Connections that survive the death of Postgres. The driver's own reserve() does not: a statement on a
 * reserved connection that was lost, the rollback of the transaction for one, is written to a socket that is
 * gone, which ends the whole process or never answers. Here each connection is a client of its own, and is
 * not touched again once it is lost.
 */
export class ConnectionPool implements AsyncDisposable {
  readonly #options: postgres.Options<Record<string, postgres.PostgresType>>;
  readonly #max: number;
  readonly #idle: Slot[] = [];
  readonly #waiting: (() => void)[] = [];
  #inUse = 0;

  /** `options` as parsed by the driver: `sql.options`. */
  constructor(options: postgres.Options<Record<string, postgres.PostgresType>>, max: number) {
    this.#options = options;
    this.#max = max;
  }

  /** Waits for a free connection. Rejects when there is none open and Postgres does not answer. */
  reserve = async (): Promise<Reserved> => {
    while (this.#inUse >= this.#max) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inUse++;
    try {
      const slot = this.#takeIdle() ?? (await this.#open());
      return {
        unsafe: async (query, parameters) => {
          if (slot.isLost) throw lost();
          return slot.sql.unsafe(query, parameters as postgres.ParameterOrJSON<never>[]);
        },
        release: () => this.#release(slot),
      };
    } catch (error) {
      this.#free();
      throw error;
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((slot) => end(slot)));
  }

  async #open(): Promise<Slot> {
    const state = { isLost: false };
    const client = postgres({
      ...this.#options,
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      onclose: () => {
        state.isLost = true;
      },
    });
    try {
      return Object.assign(state, { client, sql: await client.reserve() });
    } catch (error) {
      void client.end({ timeout: 0 });
      throw error;
    }
  }

  #takeIdle(): Slot | undefined {
    for (let slot = this.#idle.pop(); slot !== undefined; slot = this.#idle.pop()) {
      if (!slot.isLost) return slot;
      void end(slot);
    }
    return undefined;
  }

  #release(slot: Slot): void {
    if (slot.isLost) void end(slot);
    else this.#idle.push(slot);
    this.#free();
  }

  #free(): void {
    this.#inUse--;
    this.#waiting.shift()?.();
  }
}

async function end(slot: Slot): Promise<void> {
  if (!slot.isLost) slot.sql.release();
  await slot.client.end({ timeout: slot.isLost ? 0 : 1 });
}

function lost(): Error {
  return Object.assign(new Error('The connection to Postgres was lost.'), { code: 'CONNECTION_CLOSED' });
}
