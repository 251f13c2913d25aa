import type { Ports } from './ports.ts';

/** Compares the base's fields with those that are bound, and says what is in drift. */
export async function checkSchema({ airtable, reader, log }: Ports, baseId: string): Promise<void> {
  const drift = await reader.noteSchema(baseId, await airtable.listFields(baseId));
  for (const { table, column, drift: reason } of drift) {
    log('warn', 'a field is not followed any more', { baseId, column: `${table}.${column}`, reason });
  }
}
