import { stackEnv } from './stack-env.ts';

/** What can go wrong with the base, set in the simulator as by an accident. */
export class Simulator {
  #url: string;

  constructor(apiUrl = stackEnv('AIRTABLE_API_URL')) {
    this.#url = `${apiUrl}/_sim`;
  }

  /** Ids of the webhooks that the base has. */
  async webhooks(): Promise<string[]> {
    const response = await fetch(`${this.#url}/state`);
    const { webhooks } = (await response.json()) as { webhooks: { id: string }[] };
    return webhooks.map(({ id }) => id);
  }

  kill(webhookId: string): Promise<void> {
    return this.#post(`webhooks/${webhookId}/kill`);
  }

  /** What the token's owner may do in the base from now on. */
  permit(permissionLevel: 'edit' | 'create'): Promise<void> {
    return this.#post('faults', { permissionLevel });
  }

  /** The next pings get lost. */
  dropPings(drop: number): Promise<void> {
    return this.#post('faults', { pings: { drop } });
  }

  /** The next calls about a table fail as they do when the month's quota is used up. */
  async endQuota(tableId: string, count: number): Promise<void> {
    const body = {
      errors: [{ error: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED', message: 'API billing plan limit exceeded' }],
    };
    await this.#post('faults', { failNext: { count, path: tableId, status: 429, body } });
  }

  /** The next calls about a table fail as they do while Airtable is down. */
  async goDown(tableId: string, count: number): Promise<void> {
    await this.#post('faults', { failNext: { count, path: tableId, status: 503 } });
  }

  /** All is well again. */
  async heal(): Promise<void> {
    const response = await fetch(`${this.#url}/faults`, { method: 'DELETE' });
    if (!response.ok) throw new Error(`The simulator: ${response.status} ${await response.text()}`);
  }

  editSchema(edit: Record<string, string>): Promise<void> {
    return this.#post('schema', edit);
  }

  async #post(path: string, body: object = {}): Promise<void> {
    const response = await fetch(`${this.#url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`The simulator: ${response.status} ${await response.text()}`);
  }
}
