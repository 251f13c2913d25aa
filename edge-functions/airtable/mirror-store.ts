import type { ListedWebhook } from './airtable-client.ts';
import type { FieldBinding } from './bindings.ts';
import { jsonParameter, type Database } from './database.ts';
import type { Page } from './page.ts';

export interface Webhook {
  id: string;
  baseId: string;
  macSecretBase64: string;
}

export interface KnownWebhook {
  id: string;
  baseId: string;
  notificationUrl: string | null;
  /** Number of the first payload that has not been applied. */
  cursor: number;
}

export interface Lease {
  baseId: string;
  /** Number of the first payload that has not been applied. */
  cursor: number;
  /** Nobody has read the log for longer than Airtable keeps it. */
  stale: boolean;
  /** The time of the newest payload that was applied, in ISO 8601. */
  newest?: string;
}

/** What `airtable.apply_page` wrote: rows by table, and how many records are to be read over REST. */
export type PageCounts = Record<string, number>;

/** The mirror's webhooks and their payload logs, in Postgres. Every call is one statement, so one transaction. */
export interface MirrorStore {
  /** Undefined for a webhook that is not ours. */
  findWebhook(id: string): Promise<Webhook | undefined>;
  notePing(id: string): Promise<void>;
  listWebhooks(): Promise<KnownWebhook[]>;
  /**
   * Those of which something is known to wait, whose pings do not arrive, or that were not read for two minutes. Of the
   * others pings tell; Airtable repeats one that was not answered, and counts the calls of a month.
   */
  listDueWebhooks(): Promise<KnownWebhook[]>;
  loadBindings(baseId: string): Promise<FieldBinding[]>;
  /** Undefined when somebody else drains this webhook: they have been told to look again. */
  takeLease(webhookId: string, holder: string, seconds: number): Promise<Lease | undefined>;
  renewLease(webhookId: string, holder: string, seconds: number): Promise<void>;
  /** True when a ping came meanwhile, and the lease is kept to look again. */
  releaseLease(webhookId: string, holder: string): Promise<boolean>;
  /** Lets go in the middle of the log. */
  dropLease(webhookId: string, holder: string): Promise<void>;
  /** Rows, receipts and cursor at once. Rejects with code AL001 when the lease or the cursor has moved on. */
  applyPage(webhookId: string, holder: string, from: number, to: number, page: Page): Promise<PageCounts>;
  /** Payloads before `cursor` are lost: goes on from there, and has the base scanned. */
  noteGap(webhookId: string, holder: string, cursor: number, reason: string): Promise<void>;
  noteListed(webhook: ListedWebhook): Promise<void>;
  /** Rejects with code AL001 when the dead one's lease is somebody else's. */
  replaceWebhook(
    old: string,
    holder: string,
    made: { id: string; macSecretBase64: string; notificationUrl: string; expiresAt: string | null },
    reason: string,
  ): Promise<void>;
  /** Seconds since the oldest webhook was last drained; null when none has been yet. Rejects when Postgres is away. */
}

export function createMirrorStore({ run }: Database): MirrorStore {
  const list = async (dueOnly: boolean): Promise<KnownWebhook[]> => {
    const rows = await run(
      (sql) => sql<(Omit<KnownWebhook, 'cursor'> & { cursor: string })[]>`
        select w.id, w.base_id as "baseId", w.notification_url as "notificationUrl", w.cursor from airtable.webhooks w
        where not ${dueOnly} or w.dirty or w.trouble is not null or airtable.is_silent(w) or w.last_drained_at is null
          or w.last_ping_at > w.last_drained_at or w.last_drained_at < now() - interval '105 seconds'
        order by w.id`,
    );
    return rows.map((row) => ({ ...row, cursor: Number(row.cursor) }));
  };
  return {
    async findWebhook(id) {
      const [row] = await run(
        (sql) => sql<Webhook[]>`
          select id, base_id as "baseId", mac_secret_base64 as "macSecretBase64" from airtable.webhooks where id = ${id}`,
      );
      return row;
    },
    async notePing(id) {
      await run((sql) => sql`update airtable.webhooks set last_ping_at = now() where id = ${id}`);
    },
    listWebhooks: () => list(false),
    listDueWebhooks: () => list(true),
    loadBindings: (baseId) =>
      run(
        (sql) => sql<FieldBinding[]>`
          select table_id as "tableId", field_id as "fieldId", table_name as "table", column_name as "column",
            field_type as "fieldType", drift
          from airtable.field_bindings where base_id = ${baseId}`,
      ),
    async takeLease(webhookId, holder, seconds) {
      const [row] = await run(
        (sql) => sql<{ base_id: string; cursor: string; stale: boolean; newest: Date | null }[]>`
          select base_id, cursor, stale, newest from airtable.take_lease(${webhookId}, ${holder}, ${seconds})`,
      );
      if (!row) return undefined;
      const { base_id: baseId, stale, newest } = row;
      return { baseId, cursor: Number(row.cursor), stale, ...(newest && { newest: newest.toISOString() }) };
    },
    async renewLease(webhookId, holder, seconds) {
      await run((sql) => sql`select airtable.renew_lease(${webhookId}, ${holder}, ${seconds})`);
    },
    async releaseLease(webhookId, holder) {
      const [row] = await run(
        (sql) =>
          sql<{ again: boolean | null }[]>`select airtable.release_lease(${webhookId}, ${holder}) as again`,
      );
      return row?.again === true;
    },
    async dropLease(webhookId, holder) {
      await run((sql) => sql`select airtable.drop_lease(${webhookId}, ${holder})`);
    },
    async applyPage(webhookId, holder, from, to, { canary, ...page }) {
      const concernsCanary = canary && (canary.proofs.length > 0 || canary.schemaChanged);
      const [row] = await run(
        (sql) => sql<{ counts: PageCounts }[]>`
          select airtable.apply_page(${webhookId}, ${holder}, ${from}, ${to}, ${jsonParameter(sql, page)}) as counts
            ${concernsCanary ? sql`, airtable.note_proofs(${webhookId}, ${jsonParameter(sql, canary.proofs)}, ${canary.schemaChanged})` : sql``}`,
      );
      return row?.counts ?? {};
    },
    async noteGap(webhookId, holder, cursor, reason) {
      await run((sql) => sql`select airtable.note_gap(${webhookId}, ${holder}, ${cursor}, ${reason})`);
    },
    async noteListed({ id, notificationUrl, expirationTime }) {
      await run(
        (sql) => sql`
          update airtable.webhooks set notification_url = coalesce(${notificationUrl ?? null}, notification_url),
            expires_at = coalesce(${expirationTime ?? null}::timestamptz, expires_at)
          where id = ${id}`,
      );
    },
    async replaceWebhook(old, holder, made, reason) {
      await run(
        (sql) => sql`
          select airtable.replace_webhook(${old}, ${holder}, ${made.id}, ${made.macSecretBase64},
            ${made.notificationUrl}, ${made.expiresAt}::timestamptz, ${reason})`,
      );
    },
  };
}
