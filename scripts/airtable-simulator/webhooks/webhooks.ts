import { randomBytes } from 'node:crypto';
import { AirtableError, forbidden, invalidRequest } from '../airtable-error.ts';
import type { Clock } from '../clock.ts';
import { newId } from '../records/new-id.ts';
import type { Change } from '../records/record-changes.ts';
import type { Patch, RecordedPayload, SimulatorState } from '../simulator-state.ts';
import { buildPayloads } from './build-payloads.ts';
import type { Payload } from './payload.ts';
import { checkFilters, lostItsGround, type Specification } from './specification.ts';
import type { WebhookState } from './webhook-state.ts';

const WEEK_MS = 7 * 86_400_000;
const WEBHOOKS_PER_BASE = 10;
const PAYLOADS_PER_CALL = 50;

export interface WebhooksOptions {
  state: SimulatorState;
  clock: Clock;
  commit: (patch: Patch) => void;
  /** How many records a payload names before the rest goes into another; read at every change. */
  recordLimit: () => number;
}

/** The webhooks of the base, their lives and their payload logs. Pings are the notifier's. */
export class Webhooks {
  readonly #options: WebhooksOptions;

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  list(): WebhookState[] {
    return [...this.#options.state.webhooks.values()];
  }

  /** @throws AirtableError 403, as for any id that a token cannot see */
  get(id: string): WebhookState {
    const webhook = this.#options.state.webhooks.get(id);
    if (!webhook) throw forbidden();
    return webhook;
  }

  create(notificationUrl: string | null, specification: Specification): WebhookState {
    if (this.list().length >= WEBHOOKS_PER_BASE) {
      throw new AirtableError(
        422,
        'TOO_MANY_WEBHOOKS_IN_BASE',
        `A base may have ${WEBHOOKS_PER_BASE} webhooks`,
      );
    }
    checkFilters(specification, this.#options.state.tables);
    const webhook: WebhookState = {
      id: newId('ach'),
      macSecretBase64: randomBytes(64).toString('base64'),
      notificationUrl,
      specification,
      areNotificationsEnabled: true,
      isHookEnabled: true,
      expiresAt: this.#options.clock.now() + WEEK_MS,
      nextNumber: 1,
      lastSuccessfulNotificationAt: null,
      lastNotificationResult: null,
    };
    this.#options.commit({ kind: 'webhook', webhook });
    return webhook;
  }

  /** Replaces some of a webhook's properties. */
  update(id: string, properties: Partial<Omit<WebhookState, 'id' | 'nextNumber'>>): WebhookState {
    const webhook = { ...this.get(id), ...properties };
    this.#options.commit({ kind: 'webhook', webhook });
    return webhook;
  }

  remove(id: string): void {
    this.get(id);
    this.#options.commit({ kind: 'webhook removed', webhookId: id });
  }

  /** Neither expired nor in error. */
  isActive(webhook: WebhookState): boolean {
    return webhook.isHookEnabled && webhook.expiresAt > this.#options.clock.now();
  }

  /** Another week from now. @throws AirtableError 422 for a hook that is no longer active */
  refresh(id: string): WebhookState {
    if (!this.isActive(this.get(id))) throw invalidRequest('only an active webhook can be refreshed.');
    return this.update(id, { expiresAt: this.#options.clock.now() + WEEK_MS });
  }

  /** The log from `cursor` on. Reading it gives an active hook another week, as in Airtable. */
  read(
    id: string,
    cursor: number,
    limit: number,
  ): { payloads: Payload[]; cursor: number; mightHaveMore: boolean } {
    this.#forget(id);
    const log = this.#options.state.payloads.get(id) ?? [];
    const ahead = log.filter(({ number }) => number >= cursor);
    const page = ahead.slice(0, Math.min(limit, PAYLOADS_PER_CALL));
    if (this.isActive(this.get(id))) this.refresh(id);
    return {
      payloads: page.map(({ payload }) => payload),
      cursor: (page.at(-1)?.number ?? cursor - 1) + 1,
      mightHaveMore: ahead.length > page.length,
    };
  }

  /** What each webhook records of a change: to be committed together with it. */
  payloadsFor(change: Change): [webhookId: string, payloads: RecordedPayload[]][] {
    return this.list().flatMap((webhook): [string, RecordedPayload[]][] => {
      if (!this.isActive(webhook)) return [];
      const payloads = lostItsGround(webhook.specification, change.tables)
        ? [errorPayload('INVALID_FILTERS', change.number, change.at)]
        : buildPayloads(change, webhook.specification, this.#options.recordLimit());
      if (payloads.length === 0) return [];
      return [
        [
          webhook.id,
          payloads.map((payload, index) => ({ number: webhook.nextNumber + index, at: change.at, payload })),
        ],
      ];
    });
  }

  /** Writes an error payload: the hook is dead from here on, and has to be made anew. */
  kill(id: string, code: string): void {
    const { state, clock, commit } = this.#options;
    const webhook = this.get(id);
    const payload = errorPayload(code, state.transactionNumber, clock.now());
    commit({
      kind: 'transaction',
      number: state.transactionNumber,
      records: [],
      payloads: [[id, [{ number: webhook.nextNumber, at: clock.now(), payload }]]],
    });
  }

  /** Forgets all but the newest payloads, as a week without a reader does. */
  trim(id: string, keep: number): void {
    const log = this.#options.state.payloads.get(this.get(id).id) ?? [];
    const below = log.at(Math.max(log.length - keep, 0))?.number ?? this.get(id).nextNumber;
    this.#options.commit({ kind: 'payloads dropped', webhookId: id, below });
  }

  /** Payloads are kept for a week, read or not. */
  #forget(id: string): void {
    this.get(id);
    const oldest = this.#options.clock.now() - WEEK_MS;
    const log = this.#options.state.payloads.get(id) ?? [];
    if (!log[0] || log[0].at >= oldest) return;
    const below = log.find(({ at }) => at >= oldest)?.number ?? this.get(id).nextNumber;
    this.#options.commit({ kind: 'payloads dropped', webhookId: id, below });
  }
}

function errorPayload(code: string, baseTransactionNumber: number, at: number): Payload {
  return {
    error: true,
    code,
    timestamp: new Date(at).toISOString(),
    baseTransactionNumber,
    payloadFormat: 'v0',
  };
}
