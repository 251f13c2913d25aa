import { z } from 'zod';
import { stackEnv } from './stack-env.ts';

type Fields = Record<string, unknown>;

interface AirtableRecord {
  tableId: string;
  id: string;
  fields: Fields;
}

const gridSchema = z.object({
  tables: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      fields: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  ),
  records: z.record(z.string(), z.array(z.tuple([z.string(), z.record(z.string(), z.unknown())]))),
});

/** The base as the staff change it: in the grid, which Airtable does not count among a token's calls. */
export class AirtableBase {
  #url: string;

  constructor(apiUrl = stackEnv('AIRTABLE_API_URL')) {
    this.#url = `${apiUrl}/_grid`;
  }

  /** The record of a signal by the number that people use, such as SIG-0042. */
  signal(identifier: string): Promise<AirtableRecord> {
    return this.record('Signals', 'Signal ID', identifier);
  }

  /** The first record of a table with this cell. */
  async record(tableName: string, field: string, value: string): Promise<AirtableRecord> {
    const grid = gridSchema.parse(await this.#ask('base'));
    const table = grid.tables.find(({ name }) => name === tableName);
    const records = (grid.records[table?.id ?? ''] ?? []).map(([id, cells]) => ({
      id,
      fields: Object.fromEntries((table?.fields ?? []).map((field) => [field.name, cells[field.id]])),
    }));
    const record = records.find(({ fields }) => fields[field] === value);
    if (!table || !record) throw new Error(`The base has no ${value} among its ${tableName}.`);
    return { tableId: table.id, ...record };
  }

  /** Types into the cells of a signal, one after the other. */
  async edit(recordId: string, fields: Fields): Promise<void> {
    for (const [field, value] of Object.entries(fields)) {
      await this.#ask('cell', { table: 'Signals', record: recordId, field, value });
    }
  }

  async #ask(path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}/${path}`, {
      headers: { 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The base: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
