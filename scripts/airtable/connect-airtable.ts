import postgres from 'postgres';
import { createAirtableSetUp } from './airtable-set-up.ts';
import { bindFields } from './bind-fields.ts';

export interface ConnectOptions {
  apiUrl: string;
  apiKey: string;
  baseId: string;
  databaseUrl: string;
  /** Where Airtable is to post its pings: the function's /webhook, as Airtable can reach it. */
  notificationUrl: string;
}

export interface Connected {
  webhookId: string;
  /** False when a webhook from an earlier call goes on. */
  created: boolean;
  boundFields: number;
}

/**
 * Binds the base's fields to columns and makes the webhook, or keeps the one that is there. Safe to repeat. Throws
 * with every missing table and field when the base is not CivStart's.
 */
export async function connectAirtable(options: ConnectOptions): Promise<Connected> {
  const { baseId, notificationUrl } = options;
  const airtable = createAirtableSetUp(options);
  const { bindings, missing } = bindFields(await airtable.listTables(baseId));
  if (missing.length > 0) {
    throw new Error(`The base ${baseId} does not have what the mirror reads:\n${missing.join('\n')}`);
  }

  const sql = postgres(options.databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const rows = bindings.map((binding) => ({ base_id: baseId, ...binding }));
    await sql.begin(async (transaction) => {
      await transaction`delete from airtable.field_bindings where base_id = ${baseId}`;
      await transaction`insert into airtable.field_bindings ${transaction(rows)}`;
    });

    const there = (await airtable.listWebhooks(baseId)).filter(
      (webhook) => webhook.notificationUrl === notificationUrl,
    );
    const known = await sql<{ id: string }[]>`select id from airtable.webhooks where base_id = ${baseId}`;
    const kept = known.find((ours) => there.some((theirs) => theirs.id === ours.id));
    if (kept) return { webhookId: kept.id, created: false, boundFields: rows.length };

    // Airtable shows a secret once: a webhook whose secret we do not have is of no use to anybody.
    for (const orphan of there) await airtable.deleteWebhook(baseId, orphan.id);
    const made = await airtable.createWebhook(baseId, notificationUrl);
    await sql.begin(async (transaction) => {
      await transaction`delete from airtable.webhooks where base_id = ${baseId}`;
      await transaction`insert into airtable.webhooks (id, base_id, mac_secret_base64, expires_at)
        values (${made.id}, ${baseId}, ${made.macSecretBase64}, ${made.expirationTime})`;
    });
    return { webhookId: made.id, created: true, boundFields: rows.length };
  } finally {
    await sql.end();
  }
}
