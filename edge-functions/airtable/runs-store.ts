import { jsonParameter, type Database } from './database.ts';
import type { Turn, Turns } from './rate-limiter.ts';

export type RunKind = 'drain' | 'automation' | 'push';
export type RunState = 'succeeded' | 'continued' | 'failed';

/** The book of what was done, and the right to do it. */
export interface RunsStore extends Turns {
  /** Returns the run's id. */
  startRun(kind: RunKind, baseId: string, webhookId: string | null): Promise<string>;
  finishRun(id: string, state: RunState, counts: unknown, error?: string): Promise<void>;
  isOwner(userId: string): Promise<boolean>;
}

export function createRunsStore({ run }: Database): RunsStore {
  return {
    async startRun(kind, baseId, webhookId) {
      const id = crypto.randomUUID();
      await run(
        (sql) => sql`
          insert into airtable.runs (id, kind, base_id, webhook_id)
          values (${id}, ${kind}, ${baseId}, (select w.id from airtable.webhooks w where w.id = ${webhookId}))
          on conflict (id) do nothing`,
      );
      return id;
    },
    async finishRun(id, state, counts, error) {
      await run(
        (sql) => sql`
          update airtable.runs set finished_at = now(), state = ${state}, counts = ${jsonParameter(sql, counts)},
            error = ${error ?? null}
          where id = ${id} and state = 'running'`,
      );
    },
    async isOwner(userId) {
      const [row] = await run(
        (sql) => sql<{ owner: boolean | null }[]>`select private.role_of(${userId}) = 'owner' as owner`,
      );
      return row?.owner === true;
    },
    async takeTurn(baseId, calls, perMs) {
      const [row] = await run(
        (sql) => sql<Turn[]>`
          select wait_ms as "waitMs", paused, turn from airtable.take_turn(${baseId}, ${calls}, ${perMs})`,
      );
      return row!;
    },
    async moveTurn(baseId, turn, byMs) {
      await run((sql) => sql`select airtable.move_turn(${baseId}, ${turn}::text::timestamptz, ${byMs})`);
    },
    async pauseCalls(baseId, milliseconds) {
      await run((sql) => sql`select airtable.pause_calls(${baseId}, ${milliseconds})`);
    },
  };
}
