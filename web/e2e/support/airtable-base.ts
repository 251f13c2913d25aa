import { stackEnv } from './stack-env.ts';

type Fields = Record<string, unknown>;

interface AirtableRecord {
  id: string;
  fields: Fields;
}

/** The base as the staff change it: through Airtable's own API. */
export class AirtableBase {
  #url: string;
  #headers = {
    authorization: `Bearer ${stackEnv('AIRTABLE_API_KEY')}`,
    'content-type': 'application/json',
  };

  constructor(apiUrl = stackEnv('AIRTABLE_API_URL')) {
    this.#url = `${apiUrl}/v0/${stackEnv('AIRTABLE_BASE_ID')}`;
  }

  /** The record of a signal by the number that people use, such as SIG-0042. */
  async signal(identifier: string): Promise<AirtableRecord> {
    const formula = encodeURIComponent(`{Signal ID} = "${identifier}"`);
    const { records } = (await this.#ask(`Signals?filterByFormula=${formula}`)) as {
      records: AirtableRecord[];
    };
    const [record] = records;
    if (!record) throw new Error(`The base has no signal ${identifier}.`);
    return record;
  }

  /** As somebody edits a cell in the grid, which Airtable does not count among a token's calls. */
  async type(table: string, recordId: string, field: string, value: string): Promise<void> {
    const response = await fetch(`${new URL(this.#url).origin}/_grid/cell`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ table, record: recordId, field, value }),
    });
    if (!response.ok) throw new Error(`The base: ${response.status} ${await response.text()}`);
  }

  async edit(recordId: string, fields: Fields): Promise<void> {
    await this.#ask(`Signals/${recordId}`, { method: 'PATCH', body: JSON.stringify({ fields }) });
  }

  async #ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const response = await fetch(`${this.#url}/${path}`, { ...init, headers: this.#headers });
    if (!response.ok) throw new Error(`Airtable: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
