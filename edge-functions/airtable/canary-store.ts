import type { CanaryPlace } from './canary-place.ts';
import type { Database } from './database.ts';

/** Where a round is written; null as far as it is not known yet. */
export interface CanaryRound {
  place: CanaryPlace | null;
  recordId: string | null;
}

/** The canaries in Postgres. Every call is one transaction. */
export interface CanaryStore {
  /** Bases whose canary is to fly now. */
  due(): Promise<string[]>;
  /** Undefined when it is not due any more: somebody else flies it. */
  take(baseId: string): Promise<CanaryRound | undefined>;
  /** Null: the base has no place for it. */
  place(baseId: string, place: CanaryPlace | null): Promise<void>;
  /** Remembers what is about to be sent. False when it was switched off meanwhile. */
  send(baseId: string, nonce: string, recordId: string | null): Promise<boolean>;
  noteRecord(baseId: string, nonce: string, recordId: string): Promise<void>;
  /** `sent`: the nonce, if it may have reached Airtable. `waitMs`: not again before that. */
  fail(baseId: string, sent: string | null, reason: string, waitMs: number): Promise<void>;
  postpone(baseId: string, waitMs: number): Promise<void>;
  /** Tells staff of what has changed. */
  tell(): Promise<void>;
}

export function createCanaryStore({ run }: Database): CanaryStore {
  return {
    async due() {
      const rows = await run((sql) => sql<{ id: string }[]>`select id from airtable.canaries_due() as id`);
      return rows.map(({ id }) => id);
    },
    async take(baseId) {
      const [row] = await run(
        (sql) => sql<{ tableId: string | null; fieldId: string | null; recordId: string | null }[]>`
          select table_id as "tableId", field_id as "fieldId", record_id as "recordId" from airtable.take_canary(${baseId})`,
      );
      if (!row) return undefined;
      const { tableId, fieldId, recordId } = row;
      return { place: tableId !== null && fieldId !== null ? { tableId, fieldId } : null, recordId };
    },
    async place(baseId, place) {
      await run(
        (sql) =>
          sql`select airtable.place_canary(${baseId}, ${place?.tableId ?? null}, ${place?.fieldId ?? null})`,
      );
    },
    async send(baseId, nonce, recordId) {
      const [row] = await run(
        (sql) => sql<{ sent: boolean | null }[]>`
          select airtable.send_canary(${baseId}, ${nonce}, ${recordId}) as sent`,
      );
      return row?.sent === true;
    },
    async noteRecord(baseId, nonce, recordId) {
      await run((sql) => sql`select airtable.note_canary_record(${baseId}, ${nonce}, ${recordId})`);
    },
    async fail(baseId, sent, reason, waitMs) {
      await run((sql) => sql`select airtable.fail_canary(${baseId}, ${sent}, ${reason}, ${waitMs})`);
    },
    async postpone(baseId, waitMs) {
      await run((sql) => sql`select airtable.postpone_canary(${baseId}, ${waitMs})`);
    },
    async tell() {
      await run((sql) => sql`select airtable.watch_canaries()`);
    },
  };
}
