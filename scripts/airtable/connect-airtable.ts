import { setTimeout as wait } from 'node:timers/promises';
import postgres from 'postgres';
import { findCanaryPlace } from '../../edge-functions/airtable/canary-place.ts';
import { createAirtableSetUp, type AirtableTable } from './airtable-set-up.ts';
import { bindFields, type Binding } from './bind-fields.ts';

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
  /** What is not as expected and goes on all the same, in plain words. */
  notes: string[];
}

const MAY_NOT_WRITE =
  'The token may not change records: give it the scope data.records:write, and make its owner at least an editor of the base. Until then what people do here waits, and is not in Airtable.';

/**
 * Binds the base's fields to columns and makes the webhook, or keeps the one that is there. Safe to repeat. Throws
 * with every missing table and field when the base is not CivStart's.
 */
export async function connectAirtable(options: ConnectOptions): Promise<Connected> {
  const { baseId, notificationUrl } = options;
  const sql = postgres(options.databaseUrl, { max: 1, onnotice: () => {} });
  const airtable = createAirtableSetUp({ ...options, takeTurn: () => takeTurn(sql, baseId) });
  try {
    const tables = await airtable.listTables(baseId);
    const before = await sql<Binding[]>`
      select table_id, field_id, table_name, column_name from airtable.field_bindings where base_id = ${baseId}`;
    // Of a base that is connected already every drain shows as much.
    const isNew = before.length === 0;
    if (isNew) await airtable.readOneRecord(baseId, tables[0]?.id);
    const { bindings, missing, notes } = bindFields(tables, before);
    if (missing.length > 0) {
      throw new Error(`The base ${baseId} does not have what the mirror reads:\n${missing.join('\n')}`);
    }
    if (isNew && !(await airtable.mayWrite(baseId, bindings[0]?.table_id ?? ''))) notes.push(MAY_NOT_WRITE);
    const types = new Map(tables.flatMap(({ fields }) => fields.map(({ id, type }) => [id, type])));
    const rows = bindings.map((binding) => ({
      base_id: baseId,
      ...binding,
      field_type: types.get(binding.field_id) ?? null,
    }));
    await sql.begin(async (transaction) => {
      await transaction`delete from airtable.field_bindings
        where base_id = ${baseId} and field_id <> all (${rows.map(({ field_id }) => field_id)})`;
      // What is known of a field beyond this (the type that it had first, that it drifted) stays with it.
      await transaction`insert into airtable.field_bindings ${transaction(rows)} on conflict (base_id, field_id)
        do update set table_id = excluded.table_id, table_name = excluded.table_name, column_name = excluded.column_name,
          field_type = coalesce(field_bindings.field_type, excluded.field_type)`;
      await placeCanary(transaction, baseId, tables);
    });

    const there = (await airtable.listWebhooks(baseId)).filter(
      (webhook) => webhook.notificationUrl === notificationUrl,
    );
    const known = await sql<{ id: string }[]>`select id from airtable.webhooks where base_id = ${baseId}`;
    const kept = known.find((ours) => there.some((theirs) => theirs.id === ours.id));
    if (kept) return { webhookId: kept.id, created: false, boundFields: rows.length, notes };

    // Airtable shows a secret once: a webhook whose secret we do not have is of no use to anybody.
    for (const orphan of there) await airtable.deleteWebhook(baseId, orphan.id);
    const made = await airtable.createWebhook(baseId, notificationUrl);
    await sql.begin(async (transaction) => {
      await transaction`delete from airtable.webhooks where base_id = ${baseId}`;
      await transaction`insert into airtable.webhooks (id, base_id, mac_secret_base64, notification_url, expires_at)
        values (${made.id}, ${baseId}, ${made.macSecretBase64}, ${notificationUrl}, ${made.expirationTime})`;
    });
    return { webhookId: made.id, created: true, boundFields: rows.length, notes };
  } finally {
    await sql.end();
  }
}

/** Goes without: whoever switches it on is told what the base does not have. */
async function placeCanary(
  sql: postgres.TransactionSql,
  baseId: string,
  tables: readonly AirtableTable[],
): Promise<void> {
  const [before] = await sql<{ tableId: string; fieldId: string }[]>`
    select table_id as "tableId", field_id as "fieldId" from airtable.canaries
    where base_id = ${baseId} and table_id is not null and field_id is not null`;
  const fields = tables.flatMap(({ id: tableId, name: tableName, fields: ofTable }) =>
    ofTable.map(({ id, name, type }) => ({ tableId, tableName, fieldId: id, fieldName: name, type })),
  );
  const place = findCanaryPlace(fields, before);
  const [tableId, fieldId] = 'problem' in place ? [null, null] : [place.tableId, place.fieldId];
  await sql`select airtable.place_canary(${baseId}, ${tableId}, ${fieldId})`;
}

/** Airtable's limit, and a little more than its second. The function takes its turns in the same place. */
const CALLS = 5;
const WINDOW_MS = 1010;

async function takeTurn(sql: postgres.Sql, baseId: string): Promise<() => Promise<void>> {
  const [turn] = await sql<[{ wait_ms: number; paused: boolean; turn: string }]>`
    select wait_ms, paused, turn from airtable.take_turn(${baseId}, ${CALLS}, ${WINDOW_MS})`;
  await wait(turn.wait_ms);
  if (turn.paused) return takeTurn(sql, baseId);
  const sentAt = performance.now();
  // Airtable counts it when it arrives. The first call of a process takes its time, and may arrive as late as its answer.
  return async () => {
    await sql`select airtable.move_turn(${baseId}, ${turn.turn}::text::timestamptz, ${performance.now() - sentAt})`;
  };
}
