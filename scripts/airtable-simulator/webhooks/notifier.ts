import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { contentMac } from './content-mac.ts';
import type { WebhookState } from './webhook-state.ts';
import type { Webhooks } from './webhooks.ts';

const ANSWER_WITHIN_MS = 25_000;
const FIRST_RETRY_MS = 10_000;
const RETRIES = 13;

interface Delivery {
  sending: boolean;
  /** Something was recorded while a ping was under way: it needs another one. */
  again: boolean;
  cancelRetry?: () => void;
}

export interface NotifierOptions {
  baseId: string;
  clock: Clock;
  webhooks: Webhooks;
  faults: Faults;
  log: (line: string) => void;
}

/** Sends pings: at once, coalesced while one is under way, retried with growing gaps, switched off in the end. */
export class Notifier implements Disposable {
  readonly #options: NotifierOptions;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #abort = new AbortController();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Payloads were recorded for this webhook. */
  notify(webhookId: string): void {
    const delivery = this.#delivery(webhookId);
    if (delivery.sending) {
      delivery.again = true;
      return;
    }
    void this.#send(webhookId, delivery, 0);
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
    for (const delivery of this.#deliveries.values()) delivery.cancelRetry?.();
    this.#deliveries.clear();
  }

  async #send(webhookId: string, delivery: Delivery, retryNumber: number): Promise<void> {
    const webhook = this.#options.webhooks.list().find((candidate) => candidate.id === webhookId);
    if (!webhook?.notificationUrl || !webhook.areNotificationsEnabled || this.#abort.signal.aborted) return;
    delivery.sending = true;
    delivery.again = false;
    const started = this.#options.clock.now();
    const error = await this.#options.faults.deliver(() => this.#post(webhook));
    delivery.sending = false;
    if (this.#abort.signal.aborted) return;
    this.#record(webhookId, delivery, { error, started, retryNumber });
    if (delivery.again) void this.#send(webhookId, delivery, 0);
  }

  /** The reason why a ping was not taken, or undefined. */
  async #post(webhook: WebhookState): Promise<string | undefined> {
    const late = new AbortController();
    const cancel = this.#options.clock.schedule(() => late.abort(), ANSWER_WITHIN_MS);
    try {
      const body = JSON.stringify({
        base: { id: this.#options.baseId },
        webhook: { id: webhook.id },
        timestamp: new Date(this.#options.clock.now()).toISOString(),
      });
      const response = await fetch(webhook.notificationUrl ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-airtable-content-mac': contentMac(webhook.macSecretBase64, body),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([late.signal, this.#abort.signal]),
      });
      await response.body?.cancel();
      return response.status === 200 || response.status === 204
        ? undefined
        : `The URL answered ${response.status}`;
    } catch (error) {
      return late.signal.aborted
        ? 'No answer within 25 seconds'
        : `The URL could not be reached: ${reason(error)}`;
    } finally {
      cancel();
    }
  }

  #record(
    webhookId: string,
    delivery: Delivery,
    ping: { error: string | undefined; started: number; retryNumber: number },
  ): void {
    const { webhooks, clock, log } = this.#options;
    if (!webhooks.list().some((webhook) => webhook.id === webhookId)) return;
    const { error, started, retryNumber } = ping;
    const now = clock.now();
    const result = {
      completionTimestamp: new Date(now).toISOString(),
      durationMs: now - started,
      retryNumber,
    };
    if (error === undefined) {
      delivery.cancelRetry?.();
      delete delivery.cancelRetry;
      webhooks.update(webhookId, {
        lastSuccessfulNotificationAt: now,
        lastNotificationResult: { success: true, ...result },
      });
      return;
    }
    const willBeRetried = retryNumber < RETRIES;
    log(`ping to ${webhookId} failed (try ${retryNumber + 1}): ${error}`);
    webhooks.update(webhookId, {
      ...(willBeRetried ? {} : { areNotificationsEnabled: false }),
      lastNotificationResult: { success: false, error: { message: error }, willBeRetried, ...result },
    });
    // A newer ping that fails as well leaves the retry that is waiting as it is.
    if (!willBeRetried || (retryNumber === 0 && delivery.cancelRetry)) return;
    delivery.cancelRetry = clock.schedule(
      () => {
        delete delivery.cancelRetry;
        if (delivery.sending) delivery.again = true;
        else void this.#send(webhookId, delivery, retryNumber + 1);
      },
      FIRST_RETRY_MS * 2 ** retryNumber,
    );
  }

  #delivery(webhookId: string): Delivery {
    const known = this.#deliveries.get(webhookId);
    if (known) return known;
    const made: Delivery = { sending: false, again: false };
    this.#deliveries.set(webhookId, made);
    return made;
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
