import type { PayloadList } from './payload.ts';
import { createRateLimiter } from './rate-limiter.ts';

/** Airtable refused a call, or could not be reached (`status` 0). */
export class AirtableError extends Error {
  override name = 'AirtableError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The calls of Airtable's webhooks API that the `airtable` package does not have. */
export interface AirtableClient {
  /** Payloads from `cursor` on, at most 50. Rejects with `AirtableError`. */
  listPayloads(baseId: string, webhookId: string, cursor: number): Promise<PayloadList>;
}

const TIMEOUT_MS = 20_000;
/** Airtable's limit is 5 a second and base; its second may not begin with ours. */
const RATE = { calls: 5, perMs: 1_100 };
/** After a 429 every call is refused for this long. */
const PAUSE_MS = 30_000;

export function createAirtableClient(options: { apiUrl: string; apiKey: string }): AirtableClient {
  const limiter = createRateLimiter(RATE);

  async function get(path: string): Promise<unknown> {
    await limiter.take();
    let response: Response;
    try {
      response = await fetch(`${options.apiUrl}/v0/${path}`, {
        headers: { authorization: `Bearer ${options.apiKey}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new AirtableError(0, 'Airtable could not be reached', { cause });
    }
    if (response.status === 429) limiter.pause(PAUSE_MS);
    const text = await response.text();
    if (!response.ok)
      throw new AirtableError(response.status, `Airtable answered ${response.status}: ${text.slice(0, 300)}`);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new AirtableError(response.status, 'Airtable answered with something that is not JSON', {
        cause,
      });
    }
  }

  return {
    async listPayloads(baseId, webhookId, cursor) {
      const answer = await get(`bases/${baseId}/webhooks/${webhookId}/payloads?cursor=${cursor}&limit=50`);
      const list = answer as Partial<PayloadList>;
      if (!Array.isArray(list.payloads) || typeof list.cursor !== 'number') {
        throw new AirtableError(200, 'Airtable answered with something that is not a list of payloads');
      }
      return { payloads: list.payloads, cursor: list.cursor, mightHaveMore: list.mightHaveMore === true };
    },
  };
}
