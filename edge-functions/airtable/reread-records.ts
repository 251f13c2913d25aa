import type { BaseReader } from './base-reader.ts';
import type { BoundTable } from './bindings.ts';
import { checkSchema } from './check-schema.ts';
import { foldRecords } from './fold-records.ts';
import { isMissing, AirtableError } from './airtable-error.ts';
import type { Ports } from './ports.ts';
import type { Rereads } from './reader-store.ts';

/** As many ids as a formula in a URL may name. */
export const RECORDS_A_REQUEST = 100;

/** Reads some records of one table in one request, and applies them. */
export async function rereadRecords(
  ports: Ports,
  { baseId, holder, reading }: BaseReader,
  bound: BoundTable,
  rereads: Rereads,
): Promise<void> {
  let records;
  try {
    records = await ports.records.readRecords(baseId, bound.id, [...bound.fields.keys()], rereads.records);
  } catch (error) {
    if (!(error instanceof AirtableError && error.type === UNKNOWN_FIELD) && !isMissing(error)) throw error;
    // A field or the table is gone: once that is noted, it is not asked for any more.
    await checkSchema(ports, baseId);
    const after = (await ports.store.loadBindings(baseId)).filter(
      ({ tableId, drift }) => tableId === bound.id && !drift,
    );
    if (after.length === bound.fields.size) throw error;
    return;
  }
  const counts = await ports.reader.applyRereads(
    baseId,
    holder,
    rereads,
    foldRecords(bound, records, rereads.records),
  );
  reading.rereads += records.length;
  reading.written += counts.written + counts.deleted;
}

/** Airtable's name for a field that is not there. */
export const UNKNOWN_FIELD = 'UNKNOWN_FIELD_NAME';
