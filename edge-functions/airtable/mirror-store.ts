import postgres from 'postgres';
import type { FieldBinding, Page } from './fold-payloads.ts';

export interface Webhook {
  id: string;
  baseId: string;
  macSecretBase64: string;
}

export interface Lease {
  baseId: string;
  /** Number of the first payload that has not been applied. */
  cursor: number;
}

/** The mirror's state in Postgres. Every call is one statement, so one transaction. */
export interface MirrorStore {
  /** Notes the ping. Undefined for a webhook that is not ours. */
  findWebhook(id: string): Promise<Webhook | undefined>;
  notePing(id: string): Promise<void>;
  listWebhookIds(): Promise<string[]>;
  loadBindings(baseId: string): Promise<FieldBinding[]>;
  /** Undefined when somebody else drains this webhook: they have been told to look again. */
  takeLease(webhookId: string, holder: string, seconds: number): Promise<Lease | undefined>;
  /** True when a ping came meanwhile, and the lease is kept to look again. */
  releaseLease(webhookId: string, holder: string): Promise<boolean>;
  /** Rows, receipts and cursor at once. Rejects with code 40001 when the lease or the cursor has moved on. */
  applyPage(
    webhookId: string,
    holder: string,
    from: number,
    to: number,
    page: Page,
  ): Promise<Record<string, number>>;
  noteFailedRun(webhookId: string, error: string): Promise<void>;
  /** Seconds since the oldest webhook was last drained; null when none has been yet. Rejects when Postgres is away. */
  secondsSinceDrain(): Promise<number | null>;
}

/** Opens a small pool. `prepare` is off because the platform may put a transaction pooler in between. */
export function createMirrorStore(databaseUrl: string): MirrorStore & AsyncDisposable {
  const sql = postgres(databaseUrl, {
    max: 4,
    prepare: false,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => {},
  });

  return {
    async findWebhook(id) {
      const [row] = await sql<Webhook[]>`
        select id, base_id as "baseId", mac_secret_base64 as "macSecretBase64" from airtable.webhooks where id = ${id}`;
      return row;
    },
    async notePing(id) {
      await sql`update airtable.webhooks set last_ping_at = now() where id = ${id}`;
    },
    async listWebhookIds() {
      const rows = await sql<{ id: string }[]>`select id from airtable.webhooks order by id`;
      return rows.map((row) => row.id);
    },
    async loadBindings(baseId) {
      return sql<FieldBinding[]>`
        select table_id as "tableId", field_id as "fieldId", table_name as "table", column_name as "column"
        from airtable.field_bindings where base_id = ${baseId}`;
    },
    async takeLease(webhookId, holder, seconds) {
      const [row] = await sql<{ base_id: string; cursor: string }[]>`
        select base_id, cursor from airtable.take_lease(${webhookId}, ${holder}, ${seconds})`;
      return row && { baseId: row.base_id, cursor: Number(row.cursor) };
    },
    async releaseLease(webhookId, holder) {
      const [row] = await sql<
        { again: boolean | null }[]
      >`select airtable.release_lease(${webhookId}, ${holder}) as again`;
      return row?.again === true;
    },
    async applyPage(webhookId, holder, from, to, page) {
      const [row] = await sql<{ counts: Record<string, number> }[]>`
        select airtable.apply_page(${webhookId}, ${holder}, ${from}, ${to}, ${sql.json(page as unknown as postgres.JSONValue)}) as counts`;
      return row?.counts ?? {};
    },
    async noteFailedRun(webhookId, error) {
      await sql`
        insert into airtable.runs (kind, webhook_id, finished_at, state, error)
        values ('drain', ${webhookId}, now(), 'failed', ${error})`;
    },
    async secondsSinceDrain() {
      const [row] = await sql<{ seconds: number | null }[]>`
        select extract(epoch from now() - min(last_drained_at))::float8 as seconds from airtable.webhooks`;
      return row?.seconds ?? null;
    },
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 5 });
    },
  };
}
