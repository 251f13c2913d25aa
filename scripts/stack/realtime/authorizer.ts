import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Claims } from './token.ts';

/** Whose rights, on what. */
export interface AuthorizationContext {
  /** Without the prefix `realtime:`. */
  topic: string;
  claims: Claims;
  /** The `x-` headers of the handshake, or all of a request; policies may read them. */
  headers: Record<string, string>;
}

/** `presence` is null where it was not looked at. */
export interface Rights {
  broadcast: boolean;
  presence: boolean | null;
}

type Extension = 'broadcast' | 'presence';

const INSUFFICIENT_PRIVILEGE = '42501';
/** Raised for a row that no partition takes. */
const CHECK_VIOLATION = '23514';

/** Asks the policies on realtime.messages what a person may do with a topic. Leaves nothing behind. */
export class Authorizer {
  #pool: Pool;
  #makePartitions: () => Promise<void>;

  constructor(pool: Pool, makePartitions: () => Promise<void>) {
    this.#pool = pool;
    this.#makePartitions = makePartitions;
  }

  /** May the person hear the topic? A policy that fails counts as no. */
  async readRights(context: AuthorizationContext, withPresence: boolean): Promise<Rights> {
    const probes = extensions(withPresence).map((extension) => ({ extension, id: randomUUID() }));
    const visible = await this.#inRolledBackTransaction(async (client) => {
      for (const { extension, id } of probes) {
        await client.query('insert into realtime.messages (id, topic, extension) values ($1, $2, $3)', [
          id,
          context.topic,
          extension,
        ]);
      }
      await impersonate(client, context);
      const ids = probes.map(({ id }) => id);
      const { rows } = await client.query<{ id: string }>(
        'select id from realtime.messages where id = any($1::uuid[])',
        [ids],
      );
      return new Set(rows.map(({ id }) => id));
    });
    const [broadcast, presence] = probes.map(({ id }) => visible.has(id));
    return { broadcast: broadcast ?? false, presence: presence ?? null };
  }

  /** May the person send to the topic? */
  async writeRights(context: AuthorizationContext, withPresence: boolean): Promise<Rights> {
    const [broadcast, presence] = await this.#inRolledBackTransaction(async (client) => {
      await impersonate(client, context);
      const allowed: boolean[] = [];
      for (const extension of extensions(withPresence)) {
        allowed.push(await mayInsert(client, context.topic, extension));
      }
      return allowed;
    });
    return { broadcast: broadcast ?? false, presence: presence ?? null };
  }

  async #inRolledBackTransaction<T>(ask: (client: PoolClient) => Promise<T>, again = true): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      return await ask(client);
    } catch (error) {
      if (!again || !hasCode(error, CHECK_VIOLATION)) throw error;
    } finally {
      await client.query('rollback').catch((error: Error) => (broken = error));
      // A connection that cannot roll back still holds the person's role: it must not go back to the pool.
      client.release(broken);
    }
    // The machine slept over midnight, or the database was reset.
    await this.#makePartitions();
    return this.#inRolledBackTransaction(ask, false);
  }
}

function extensions(withPresence: boolean): Extension[] {
  return withPresence ? ['broadcast', 'presence'] : ['broadcast'];
}

async function impersonate(
  client: PoolClient,
  { topic, claims, headers }: AuthorizationContext,
): Promise<void> {
  await client.query(
    `select
       set_config('role', $1, true),
       set_config('realtime.topic', $2, true),
       set_config('request.jwt.claims', $3, true),
       set_config('request.jwt.claim.sub', $4, true),
       set_config('request.jwt.claim.role', $1, true),
       set_config('request.headers', $5, true)`,
    [claims.role, topic, JSON.stringify(claims), claims.sub ?? null, JSON.stringify(headers)],
  );
}

async function mayInsert(client: PoolClient, topic: string, extension: Extension): Promise<boolean> {
  await client.query('savepoint probe');
  try {
    await client.query('insert into realtime.messages (topic, extension) values ($1, $2)', [
      topic,
      extension,
    ]);
    return true;
  } catch (error) {
    if (!hasCode(error, INSUFFICIENT_PRIVILEGE)) throw error;
    await client.query('rollback to savepoint probe');
    return false;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
