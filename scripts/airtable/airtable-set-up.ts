import { z } from 'zod';

const Field = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    options: z.object({ choices: z.array(z.object({ name: z.string() })).optional() }).optional(),
  })
  .transform(({ options, ...field }) => ({ ...field, choices: options?.choices?.map(({ name }) => name) }));
const Table = z.object({ id: z.string(), name: z.string(), fields: z.array(Field) });
const Schema = z.object({ tables: z.array(Table) });
const CreatedWebhook = z.object({ id: z.string(), macSecretBase64: z.string(), expirationTime: z.string() });
const WebhookList = z.object({
  webhooks: z.array(z.object({ id: z.string(), notificationUrl: z.string().nullable() })),
});

/** `choices`: the names of a select's, undefined for other types. */
export type AirtableField = z.infer<typeof Field>;
export type AirtableTable = z.infer<typeof Table>;
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

/** The calls of Airtable's Web API that are made once, at set-up: the `airtable` package has none of them. */
export interface AirtableSetUp {
  listTables(baseId: string): Promise<AirtableTable[]>;
  /** Shows that the token may read records; of a base without tables nothing can be shown. */
  readOneRecord(baseId: string, tableId: string | undefined): Promise<void>;
  /** Whether the token may change records: asked by a change of none, which Airtable refuses in another way. */
  mayWrite(baseId: string, tableId: string): Promise<boolean>;
  listWebhooks(baseId: string): Promise<{ id: string; notificationUrl: string | null }[]>;
  createWebhook(baseId: string, notificationUrl: string): Promise<CreatedWebhook>;
  deleteWebhook(baseId: string, webhookId: string): Promise<void>;
}

type Scope = 'schema.bases:read' | 'data.records:read' | 'webhook:manage';

/** What to do about a status, in the words of whoever holds the token. */
function advice(status: number, scope: Scope): string {
  if (status === 401) return 'Airtable does not know this token: check AIRTABLE_API_KEY.';
  if (status === 403 || status === 404) {
    const creator = scope === 'webhook:manage' ? ', and its owner has to be a creator of the base' : '';
    return `The token may not do this: check AIRTABLE_BASE_ID, that the base is in the token’s access list, and that it has the scope ${scope}${creator}.`;
  }
  return status === 429
    ? 'Airtable has had too many requests: wait half a minute and try again.'
    : 'Airtable refused.';
}

export function createAirtableSetUp(options: {
  apiUrl: string;
  apiKey: string;
  /**
   * Resolves when the next call may be made: the mirror may be calling at the same time. With what is to be called once
   * it is over.
   */
  takeTurn: () => Promise<() => Promise<void>>;
}): AirtableSetUp {
  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    const over = await options.takeTurn();
    return fetch(`${options.apiUrl}/v0/${path}`, {
      method,
      headers: { authorization: `Bearer ${options.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
      .catch((cause: unknown) => {
        throw new Error(`Airtable could not be reached at ${options.apiUrl}`, { cause });
      })
      .finally(over);
  }

  async function call<T>(
    scope: Scope,
    method: string,
    path: string,
    shape?: z.ZodType<T>,
    body?: unknown,
  ): Promise<T> {
    const response = await send(method, path, body);
    const text = await response.text();
    if (!response.ok) {
      throw new Error(
        `${advice(response.status, scope)} (${method} ${path}: ${response.status} ${text.slice(0, 300)})`,
      );
    }
    // A deletion answers with an empty body.
    return shape ? shape.parse(JSON.parse(text)) : (undefined as T);
  }

  return {
    listTables: async (baseId) =>
      (await call('schema.bases:read', 'GET', `meta/bases/${baseId}/tables`, Schema)).tables,
    readOneRecord: async (baseId, tableId) => {
      if (tableId !== undefined) await call('data.records:read', 'GET', `${baseId}/${tableId}?pageSize=1`);
    },
    mayWrite: async (baseId, tableId) => {
      const { status } = await send('PATCH', `${baseId}/${tableId}`, { records: [] });
      return ![401, 403, 404].includes(status);
    },
    listWebhooks: async (baseId) =>
      (await call('webhook:manage', 'GET', `bases/${baseId}/webhooks`, WebhookList)).webhooks,
    createWebhook: (baseId, notificationUrl) =>
      call('webhook:manage', 'POST', `bases/${baseId}/webhooks`, CreatedWebhook, {
        notificationUrl,
        // Base-wide and without watch lists: a webhook that watches a field dies for good when the field is deleted.
        specification: { options: { filters: { dataTypes: ['tableData', 'tableFields', 'tableMetadata'] } } },
      }),
    deleteWebhook: (baseId, webhookId) =>
      call('webhook:manage', 'DELETE', `bases/${baseId}/webhooks/${webhookId}`),
  };
}
