import { jsonParameter, type Database } from './database.ts';
import type { ColumnValue } from './normalize-cell.ts';
import { sleep } from './retry.ts';

export type AlertKind = 'webhook' | 'pings' | 'drain' | 'lag' | 'quota' | 'canary';

/** What anybody may know of the mirror. */
export interface Health {
  seconds_since_drain: number | null;
  reasons: { kind: AlertKind; title: string }[];
}

/** Which record an open dead letter is about. */
export interface OpenLetter {
  baseId: string;
  tableId: string;
  recordId: string;
}

/** How the mirror is, and what owners are told of it. Every call is one statement, so one transaction. */
export interface StatusStore {
  health(): Promise<Health>;
  /** Tells owners of trouble that has begun or ended, and the channel `ops` of whatever has changed. */
  tell(): Promise<void>;
  /** Null: the webhook is well. */
  noteWebhookTrouble(webhookId: string, reason: string | null): Promise<void>;
  findOpenLetter(id: number): Promise<OpenLetter | undefined>;
  /** Why the table would not take the record, in its own words; null when it would. Writes nothing. */
  tryRow(
    table: string,
    change: { airtable_id: string; created: true; edited_at: string; values: Record<string, ColumnValue> },
  ): Promise<string | null>;
}

export function createStatusStore({ run }: Database): StatusStore {
  return {
    async health() {
      const [row] = await run((sql) => sql<{ health: Health }[]>`select airtable.health() as health`);
      return row!.health;
    },
    async tell() {
      await run((sql) => sql`select airtable.check_alerts()`);
      const tellStatus = async (): Promise<number> => {
        const [row] = await run((sql) => sql<{ ms: number }[]>`select airtable.tell_status() as ms`);
        return row!.ms;
      };
      // Once more, so that the last change of many is told too.
      const askAgainMs = await tellStatus();
      if (askAgainMs > 0) {
        await sleep(askAgainMs);
        await tellStatus();
      }
    },
    async noteWebhookTrouble(webhookId, reason) {
      await run((sql) => sql`select airtable.note_webhook_trouble(${webhookId}, ${reason})`);
    },
    async findOpenLetter(id) {
      const [row] = await run(
        (sql) => sql<OpenLetter[]>`
          select base_id as "baseId", table_id as "tableId", record_id as "recordId"
          from airtable.dead_letters where id = ${id} and resolved_at is null`,
      );
      return row;
    },
    async tryRow(table, change) {
      const [row] = await run(
        (sql) => sql<{ refusal: string | null }[]>`
          select airtable.try_row(${table}, ${jsonParameter(sql, change)}) as refusal`,
      );
      return row!.refusal;
    },
  };
}
