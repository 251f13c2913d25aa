import type { ListedWebhook } from './airtable-client.ts';
import { isMissing } from './airtable-error.ts';
import { describeError } from './log.ts';
import type { KnownWebhook } from './mirror-store.ts';
import type { Ports } from './ports.ts';

/** Airtable gives a week; a hook that is drained gets another with each look. This is for one that is not. */
const REFRESH_BEFORE_MS = 3 * 86_400_000;

export interface Care {
  refreshed: number;
  enabled: number;
  replaced: number;
  /** By webhook: the number that Airtable gives the next payload, as it was when we looked. */
  nextPayload: Record<string, number>;
}

/** The webhook as Airtable lists it; undefined when it does not. */
export async function findListed(
  { airtable }: Ports,
  baseId: string,
  webhookId: string,
): Promise<ListedWebhook | undefined> {
  return (await airtable.listWebhooks(baseId)).find((listed) => listed.id === webhookId);
}

/** Keeps a base's webhooks alive: refreshed before they expire, pings switched on, dead ones made anew. */
export async function careForBase(
  ports: Ports,
  baseId: string,
  known: readonly KnownWebhook[],
): Promise<Care> {
  const { store, airtable, log } = ports;
  const care: Care = { refreshed: 0, enabled: 0, replaced: 0, nextPayload: {} };
  const listed = await airtable.listWebhooks(baseId);
  for (const webhook of known) {
    const found = listed.find(({ id }) => id === webhook.id);
    const expiresAt = found?.expirationTime ? Date.parse(found.expirationTime) : Infinity;
    if (!found?.isHookEnabled || expiresAt <= Date.now()) {
      await replaceWebhook(
        ports,
        webhook.id,
        found ? 'The webhook was dead' : 'Airtable does not know the webhook any more',
      );
      care.replaced += 1;
      continue;
    }
    care.nextPayload[webhook.id] = found.cursorForNextPayload;
    await store.noteListed(found);
    if (expiresAt - Date.now() < REFRESH_BEFORE_MS) {
      const expirationTime = await airtable.refreshWebhook(baseId, webhook.id);
      await store.noteListed({ ...found, expirationTime: expirationTime ?? null });
      care.refreshed += 1;
    }
    if (!found.areNotificationsEnabled) {
      await airtable.enableNotifications(baseId, webhook.id);
      care.enabled += 1;
      log('warn', 'pings were switched off and are on again', { webhookId: webhook.id });
    }
  }
  return care;
}

/**
 * Makes a dead webhook anew: the successor's log begins now, and a scan finds what happened in between. The scan and
 * the new secret are stored in one transaction.
 */
export async function replaceWebhook(ports: Ports, webhookId: string, reason: string): Promise<void> {
  const { store, airtable, log } = ports;
  const all = await store.listWebhooks();
  const dead = all.find(({ id }) => id === webhookId);
  // Somebody else was quicker.
  if (!dead) return;
  const listed = await airtable.listWebhooks(dead.baseId);
  const url =
    listed.find(({ id }) => id === webhookId)?.notificationUrl ??
    dead.notificationUrl ??
    ports.notificationUrl;
  if (!url)
    throw new Error(
      'A webhook died, and where the new one is to post its pings is not known: set SUPABASE_URL',
    );

  // Ours, and what an attempt left behind that could not store its secret: a base may have ten.
  const ours = new Set(all.map(({ id }) => id));
  for (const { id, notificationUrl } of listed) {
    if (id !== webhookId && (notificationUrl !== url || ours.has(id))) continue;
    await airtable.deleteWebhook(dead.baseId, id).catch((error: unknown) => {
      if (!isMissing(error))
        log('warn', 'a dead webhook could not be deleted', { webhookId: id, error: describeError(error) });
    });
  }
  const made = await airtable.createWebhook(dead.baseId, url);
  const expiresAt = made.expirationTime ?? null;
  await store.replaceWebhook(dead, { ...made, notificationUrl: url, expiresAt }, reason);
  log('warn', 'webhook was made anew', { webhookId: made.id, instead: webhookId, reason });
}
