import type { ListedWebhook } from './airtable-client.ts';
import { isMissing } from './airtable-error.ts';
import { isLost } from './database.ts';
import { keepLease, LEASE_SECONDS } from './lease.ts';
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
  const { store, airtable, status, log } = ports;
  const care: Care = { refreshed: 0, enabled: 0, replaced: 0, nextPayload: {} };
  const listed = await airtable.listWebhooks(baseId);
  for (const webhook of known) {
    const found = listed.find(({ id }) => id === webhook.id);
    const expiresAt = found?.expirationTime ? Date.parse(found.expirationTime) : Infinity;
    if (!found?.isHookEnabled || expiresAt <= Date.now()) {
      const reason = found ? 'The webhook was dead' : 'Airtable does not know the webhook any more';
      if (await replaceIfFree(ports, webhook.id, reason)) care.replaced += 1;
      continue;
    }
    care.nextPayload[webhook.id] = found.cursorForNextPayload;
    await store.noteListed(found);
    await status.noteWebhookTrouble(webhook.id, null);
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

/** False when somebody drains it, and finds out by themselves. */
async function replaceIfFree(ports: Ports, webhookId: string, reason: string): Promise<boolean> {
  const holder = crypto.randomUUID();
  if (!(await ports.store.takeLease(webhookId, holder, LEASE_SECONDS))) return false;
  const stopKeeping = keepLease(() => ports.store.renewLease(webhookId, holder, LEASE_SECONDS));
  try {
    await replaceWebhook(ports, webhookId, holder, reason);
    return true;
  } finally {
    stopKeeping();
    // There is none any more, unless it went wrong.
    await ports.store.dropLease(webhookId, holder);
  }
}

/** As `makeAnew`; that it does not succeed is kept for the owners. */
export async function replaceWebhook(
  ports: Ports,
  webhookId: string,
  holder: string,
  reason: string,
): Promise<void> {
  try {
    await makeAnew(ports, webhookId, holder, reason);
  } catch (error) {
    if (!isLost(error))
      await ports.status.noteWebhookTrouble(
        webhookId,
        `${reason}. A new one could not be made: ${describeError(error)}`,
      );
    throw error;
  }
}

/**
 * Makes a dead webhook anew, for whoever holds its lease: the successor's log begins now, and a scan finds what happened
 * in between. The scan and the new secret are stored in one transaction.
 */
async function makeAnew(ports: Ports, webhookId: string, holder: string, reason: string): Promise<void> {
  const { store, airtable, log } = ports;
  const all = await store.listWebhooks();
  const dead = all.find(({ id }) => id === webhookId);
  // Somebody else was quicker.
  if (!dead) return;
  const { baseId } = dead;
  const listed = await airtable.listWebhooks(baseId);
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
    if (id === webhookId || (notificationUrl === url && !ours.has(id)))
      await deleteQuietly(ports, baseId, id);
  }
  const made = await airtable.createWebhook(baseId, url);
  const expiresAt = made.expirationTime ?? null;
  try {
    await store.replaceWebhook(webhookId, holder, { ...made, notificationUrl: url, expiresAt }, reason);
  } catch (error) {
    if (isLost(error)) await deleteQuietly(ports, baseId, made.id);
    throw error;
  }
  log('warn', 'webhook was made anew', { webhookId: made.id, instead: webhookId, reason });
}

/** One more that nobody reads does no harm; the next to be replaced takes it along. */
async function deleteQuietly({ airtable, log }: Ports, baseId: string, webhookId: string): Promise<void> {
  await airtable.deleteWebhook(baseId, webhookId).catch((error: unknown) => {
    if (!isMissing(error))
      log('warn', 'a webhook could not be deleted', { webhookId, error: describeError(error) });
  });
}
