import { z } from 'zod';
import { AirtableError } from './airtable-error.ts';
import { callAirtable, inTurn, type AirtableCall, type AirtableOptions } from './airtable-http.ts';
import type { PayloadList } from './payload.ts';

const Payloads = z.object({
  payloads: z.array(z.looseObject({ timestamp: z.string(), baseTransactionNumber: z.number() })),
  cursor: z.int().min(1),
  mightHaveMore: z.boolean().default(false),
});
const WebhookList = z.object({
  webhooks: z.array(
    z.object({
      id: z.string(),
      notificationUrl: z.string().nullish(),
      areNotificationsEnabled: z.boolean().default(true),
      isHookEnabled: z.boolean().default(true),
      cursorForNextPayload: z.int(),
      expirationTime: z.string().nullish(),
    }),
  ),
});
const CreatedWebhook = z.object({
  id: z.string(),
  macSecretBase64: z.string(),
  expirationTime: z.string().nullish(),
});
const Refreshed = z.object({ expirationTime: z.string().nullish() });
const Schema = z.object({
  tables: z.array(
    z.object({
      id: z.string(),
      name: z.string().optional(),
      fields: z.array(
        z.object({
          id: z.string(),
          type: z.string(),
          name: z.string().optional(),
          options: z.object({ choices: z.array(z.object({ name: z.string() })).optional() }).nullish(),
        }),
      ),
    }),
  ),
});

export type ListedWebhook = z.infer<typeof WebhookList>['webhooks'][number];
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

export interface FieldDefinition {
  table_id: string;
  table_name?: string | undefined;
  field_id: string;
  type: string;
  name?: string | undefined;
  /** Of a select; undefined for other types. */
  choices?: string[] | undefined;
}

/** The calls of Airtable's API that the `airtable` package does not have. All reject with `AirtableError`. */
export interface AirtableClient {
  /** Payloads from `cursor` on, at most 50. */
  listPayloads(baseId: string, webhookId: string, cursor: number): Promise<PayloadList>;
  listWebhooks(baseId: string): Promise<ListedWebhook[]>;
  /** The secret is in this answer and in no other. */
  createWebhook(baseId: string, notificationUrl: string): Promise<CreatedWebhook>;
  /** Gives it another week. Returns until when, where Airtable says so. */
  refreshWebhook(baseId: string, webhookId: string): Promise<string | undefined>;
  enableNotifications(baseId: string, webhookId: string): Promise<void>;
  deleteWebhook(baseId: string, webhookId: string): Promise<void>;
  listFields(baseId: string): Promise<FieldDefinition[]>;
}

/**
 * Base-wide, without watch lists, views or sources: a webhook that watches a field dies for good when the field is
 * deleted.
 */
const SPECIFICATION = {
  options: { filters: { dataTypes: ['tableData', 'tableFields', 'tableMetadata'] } },
};

export function createAirtableClient(options: AirtableOptions): AirtableClient {
  const call = (baseId: string, request: AirtableCall): Promise<unknown> =>
    inTurn(options.limiter, baseId, () => callAirtable(options, request));
  const read = <T>(shape: z.ZodType<T>, baseId: string, request: AirtableCall): Promise<T> =>
    inTurn(options.limiter, baseId, async () => parse(shape, await callAirtable(options, request)));
  const hooks = (baseId: string, rest = ''): string => `bases/${baseId}/webhooks${rest}`;

  return {
    async listPayloads(baseId, webhookId, cursor) {
      const path = hooks(baseId, `/${webhookId}/payloads?cursor=${cursor}&limit=50`);
      return await read(Payloads, baseId, { path });
    },
    async listWebhooks(baseId) {
      return (await read(WebhookList, baseId, { path: hooks(baseId) })).webhooks;
    },
    async createWebhook(baseId, notificationUrl) {
      const body = { notificationUrl, specification: SPECIFICATION };
      // Once only: an answer that was lost has made a webhook all the same.
      const arrived = await options.limiter.take(baseId);
      const answer = await callAirtable(options, { method: 'POST', path: hooks(baseId), body }).finally(
        arrived,
      );
      return parse(CreatedWebhook, answer);
    },
    async refreshWebhook(baseId, webhookId) {
      const path = hooks(baseId, `/${webhookId}/refresh`);
      return (await read(Refreshed, baseId, { method: 'POST', path })).expirationTime ?? undefined;
    },
    async enableNotifications(baseId, webhookId) {
      const path = hooks(baseId, `/${webhookId}/enableNotifications`);
      await call(baseId, { method: 'POST', path, body: { enable: true } });
    },
    async deleteWebhook(baseId, webhookId) {
      await call(baseId, { method: 'DELETE', path: hooks(baseId, `/${webhookId}`) });
    },
    async listFields(baseId) {
      const { tables } = await read(Schema, baseId, { path: `meta/bases/${baseId}/tables` });
      return tables.flatMap((table) =>
        table.fields.map(({ id, type, name, options: offered }) => ({
          table_id: table.id,
          table_name: table.name,
          field_id: id,
          type,
          name,
          choices: offered?.choices?.map((choice) => choice.name),
        })),
      );
    },
  };
}

function parse<T>(shape: z.ZodType<T>, answer: unknown): T {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new AirtableError(200, `Airtable’s answer is not of the documented form (at “${where}”)`);
}
