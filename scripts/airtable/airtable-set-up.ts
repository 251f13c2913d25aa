import { z } from 'zod';

const Table = z.object({
  id: z.string(),
  name: z.string(),
  fields: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })),
});
const Schema = z.object({ tables: z.array(Table) });
const CreatedWebhook = z.object({ id: z.string(), macSecretBase64: z.string(), expirationTime: z.string() });
const WebhookList = z.object({
  webhooks: z.array(z.object({ id: z.string(), notificationUrl: z.string().nullable() })),
});

export type AirtableTable = z.infer<typeof Table>;
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

/** The calls of Airtable's Web API that are made once, at set-up: the `airtable` package has none of them. */
export interface AirtableSetUp {
  listTables(baseId: string): Promise<AirtableTable[]>;
  listWebhooks(baseId: string): Promise<{ id: string; notificationUrl: string | null }[]>;
  createWebhook(baseId: string, notificationUrl: string): Promise<CreatedWebhook>;
  deleteWebhook(baseId: string, webhookId: string): Promise<void>;
}

/** What to do about a status, in the words of whoever holds the token. */
const ADVICE: Record<number, string> = {
  401: 'Airtable does not know this token: check AIRTABLE_API_KEY.',
  403: 'The token may not do this: it needs data.records:read, schema.bases:read and webhook:manage on this base, and its owner must be a creator there.',
  404: 'Airtable has no such base for this token: check AIRTABLE_BASE_ID, and that the base is in the token’s access list.',
};

export function createAirtableSetUp(options: { apiUrl: string; apiKey: string }): AirtableSetUp {
  async function call<T>(method: string, path: string, shape?: z.ZodType<T>, body?: unknown): Promise<T> {
    const response = await fetch(`${options.apiUrl}/v0/${path}`, {
      method,
      headers: { authorization: `Bearer ${options.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }).catch((cause: unknown) => {
      throw new Error(`Airtable could not be reached at ${options.apiUrl}`, { cause });
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(
        `${ADVICE[response.status] ?? 'Airtable refused.'} (${method} ${path}: ${response.status} ${text.slice(0, 300)})`,
      );
    }
    // A deletion answers with an empty body.
    return shape ? shape.parse(JSON.parse(text)) : (undefined as T);
  }

  return {
    listTables: async (baseId) => (await call('GET', `meta/bases/${baseId}/tables`, Schema)).tables,
    listWebhooks: async (baseId) => (await call('GET', `bases/${baseId}/webhooks`, WebhookList)).webhooks,
    createWebhook: (baseId, notificationUrl) =>
      call('POST', `bases/${baseId}/webhooks`, CreatedWebhook, {
        notificationUrl,
        // Base-wide and without watch lists: a webhook that watches a field dies for good when the field is deleted.
        specification: { options: { filters: { dataTypes: ['tableData', 'tableFields', 'tableMetadata'] } } },
      }),
    deleteWebhook: (baseId, webhookId) => call('DELETE', `bases/${baseId}/webhooks/${webhookId}`),
  };
}
