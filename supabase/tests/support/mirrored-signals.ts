import postgres from 'postgres';
import { createTestDatabase } from '../../../scripts/stack/testing/test-database.ts';

const BASE = 'appTest';
const WEBHOOK = 'achTest';
export const HOLDER = '00000000-0000-4000-8000-000000000001';
export const OTHER_HOLDER = '00000000-0000-4000-8000-000000000002';
const CREATED = '2026-01-01T08:00:00.000Z';
export const T1 = '2026-01-01T10:00:00.000Z';
export const T2 = '2026-01-01T10:00:01.000Z';

export interface Change {
  airtable_id: string;
  created?: boolean;
  edited_at?: string;
  created_at?: string;
  values?: Record<string, unknown>;
}

/** Signals of a base whose log and records a test tells to the database itself. */
export interface MirroredSignals extends AsyncDisposable {
  readonly sql: postgres.Sql;
  /** Begins anew, with nothing known. */
  reset(): Promise<void>;
  /** What the log says: one page. */
  log(upserts: Change[], deletes?: Change[], more?: Record<string, unknown>): Promise<void>;
  /** What was read over REST; the read began at `readAt`. */
  snapshot(
    readAt: string,
    changes: Change[],
    more?: { absent?: string[]; dead_letters?: unknown[] },
    holder?: string,
  ): Promise<Record<string, number>>;
  now(): Promise<string>;
  /** As if all that the log has said were long ago. */
  longAgo(): Promise<unknown>;
  /** Of the record recS. */
  row(): Promise<postgres.Row | undefined>;
}

/** The record recS, as the log or a snapshot tells of it. */
export const signal = (values: Record<string, unknown>, more: Partial<Change> = {}): Change => ({
  airtable_id: 'recS',
  created_at: CREATED,
  edited_at: T1,
  values,
  ...more,
});

export async function createMirroredSignals(): Promise<MirroredSignals> {
  const database = await createTestDatabase();
  const sql = postgres(database.url(), { max: 4, onnotice: () => {} });
  await sql`insert into airtable.webhooks (id, base_id, mac_secret_base64) values (${WEBHOOK}, ${BASE}, 'c2VjcmV0')`;
  await sql`insert into airtable.field_bindings (base_id, table_id, field_id, table_name, column_name)
    values (${BASE}, 'tblSignals', 'fldTitle', 'signals', 'title'), (${BASE}, 'tblSignals', 'fldUrgency', 'signals', 'urgency')`;
  let cursor = 1;
  return {
    sql,
    async reset() {
      for (const table of [
        'signals',
        'airtable.touches',
        'airtable.rereads',
        'airtable.dead_letters',
        'airtable.readers',
      ])
        await sql`delete from ${sql(table)}`;
      await sql`update airtable.webhooks set last_payload_at = null`;
      await sql`update airtable.field_bindings set drift = null`;
      await sql`select airtable.take_lease(${WEBHOOK}, ${HOLDER}, 60), airtable.take_reader(${BASE}, ${HOLDER}, 60)`;
    },
    async log(upserts, deletes = [], more = {}) {
      const from = cursor++;
      const at = [...upserts, ...deletes][0]?.edited_at ?? T2;
      const page = {
        receipts: [{ number: from, transaction: from, at }],
        upserts: { signals: upserts },
        deletes: { signals: deletes },
        ...more,
      };
      await sql`select airtable.apply_page(${WEBHOOK}, ${HOLDER}, ${from}, ${cursor}, ${sql.json(page as never)})`;
    },
    async snapshot(readAt, changes, more = {}, holder = HOLDER) {
      const whole = { table_id: 'tblSignals', table: 'signals', changes, ...more };
      const [row] = await sql<{ counts: Record<string, number> }[]>`
        select airtable.apply_snapshot(${BASE}, ${holder}, ${readAt}::text::timestamptz, 'automation', ${sql.json(whole as never)}) as counts`;
      return row!.counts;
    },
    now: async () => (await sql<{ at: string }[]>`select clock_timestamp()::text as at`)[0]!.at,
    longAgo: () =>
      sql`update airtable.touches set touched_at = now() - interval '1 hour', destroyed_at = destroyed_at - interval '1 hour',
        created_at = created_at - interval '1 hour', columns = (select coalesce(jsonb_object_agg(key, 0), '{}') from jsonb_each(columns))`,
    row: async () =>
      (
        await sql`select title, urgency, deleted_at is null as alive from signals where airtable_id = 'recS'`
      )[0],
    async [Symbol.asyncDispose]() {
      await sql.end();
      await database[Symbol.asyncDispose]();
    },
  };
}
