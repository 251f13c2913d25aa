import { Hono } from 'hono';
import { z } from 'zod';
import { forbidden } from '../airtable-error.ts';
import { mayHear, type TokenRights } from '../token-rights.ts';
import { specificationSchema } from '../webhooks/specification.ts';
import type { WebhookState } from '../webhooks/webhook-state.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { parseInput } from './records-input.ts';
import { requestBody } from './request-body.ts';

const createSchema = z.strictObject({
  notificationUrl: z.url({ protocol: /^https?$/ }).nullish(),
  specification: specificationSchema,
});
const enableSchema = z.strictObject({ enable: z.boolean() });
const payloadsQuerySchema = z.object({
  cursor: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(50).default(50),
});

/** `/v0/bases/{baseId}/webhooks…`. */
export function webhooksRoutes(webhooks: Webhooks, rights: () => TokenRights): Hono {
  const app = new Hono({ strict: false });

  app.get('/', (c) => c.json({ webhooks: webhooks.list().map((webhook) => describe(webhook, webhooks)) }));

  app.post('/', async (c) => {
    const { notificationUrl, specification } = parseInput(createSchema, await requestBody(c));
    if (!mayHear(rights(), specification.options.filters.dataTypes)) throw forbidden();
    const webhook = webhooks.create(notificationUrl ?? null, specification);
    const { id, macSecretBase64 } = webhook;
    return c.json({ id, macSecretBase64, expirationTime: time(webhook.expiresAt) });
  });

  app.get('/:id/payloads', (c) => {
    const { cursor, limit } = parseInput(payloadsQuerySchema, c.req.query());
    return c.json(webhooks.read(c.req.param('id'), cursor, limit));
  });

  app.post('/:id/refresh', (c) =>
    c.json({ expirationTime: time(webhooks.refresh(c.req.param('id')).expiresAt) }),
  );

  app.post('/:id/enableNotifications', async (c) => {
    const { enable } = parseInput(enableSchema, await requestBody(c));
    webhooks.update(c.req.param('id'), { areNotificationsEnabled: enable });
    return c.body(null, 200);
  });

  app.delete('/:id', (c) => {
    webhooks.remove(c.req.param('id'));
    return c.body(null, 200);
  });

  return app;
}

function describe(webhook: WebhookState, webhooks: Webhooks): unknown {
  return {
    id: webhook.id,
    areNotificationsEnabled: webhook.areNotificationsEnabled,
    isHookEnabled: webhooks.isActive(webhook),
    cursorForNextPayload: webhook.nextNumber,
    expirationTime: time(webhook.expiresAt),
    lastNotificationResult: webhook.lastNotificationResult,
    lastSuccessfulNotificationTime:
      webhook.lastSuccessfulNotificationAt === null ? null : time(webhook.lastSuccessfulNotificationAt),
    notificationUrl: webhook.notificationUrl,
    specification: webhook.specification,
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
