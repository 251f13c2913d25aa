import type { Ports } from './ports.ts';
import { fieldFacts } from './field-facts.ts';

/** Compares the base's fields with those that are bound, and says what is in drift. */
export async function checkSchema({ airtable, reader, store, log }: Ports, baseId: string): Promise<void> {
  const fields = await airtable.listFields(baseId);
  const drift = await reader.noteSchema(baseId, fields);
  await reader.noteFields(baseId, fieldFacts(fields, await store.loadBindings(baseId)));
  for (const { table, column, drift: reason } of drift) {
    log('warn', 'a field is not followed any more', { baseId, column: `${table}.${column}`, reason });
  }
}
