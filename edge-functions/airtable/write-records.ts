import { AirtableError } from './airtable-error.ts';
import type { Cells } from './payload.ts';
import type { Ports } from './ports.ts';
import type { Claim, PushedRow, RefusedCells } from './push-store.ts';
import type { SourceRecord } from './records-client.ts';

/** As many as Airtable takes in a call. */
const RECORDS_A_CALL = 10;

export interface Write {
  row: PushedRow;
  /** Undefined: the record is made, unless there is one with the same Live ID. */
  recordId?: string;
  fields: Cells;
  columns: string[];
}

export interface Written {
  row: PushedRow;
  record: SourceRecord;
  columns: string[];
}

export interface Outcome {
  written: Written[];
  refused: RefusedCells[];
}

/**
 * Changes or makes records, ten a call. Of a call that Airtable refuses each record is tried alone, and (`split`) of such a
 * record each field: what is refused then is what is wrong. Rejects with what may pass, and with `AirtableError` when
 * `freshUntil` is over before everything is sent.
 */
export async function makeOrChange(
  ports: Ports,
  baseId: string,
  claim: Claim,
  writes: readonly Write[],
  freshUntil: number,
  { split = true }: { split?: boolean } = {},
): Promise<Outcome> {
  const outcome: Outcome = { written: [], refused: [] };
  const send = async (batch: readonly Write[]): Promise<void> => {
    let answers: SourceRecord[];
    try {
      const records = batch.map(({ recordId, fields }) => ({ ...(recordId && { id: recordId }), fields }));
      const mergeOn = batch[0]?.recordId === undefined ? (claim.liveId ?? undefined) : undefined;
      answers = await ports.records.writeRecords(baseId, claim.tableId, records, { mergeOn, freshUntil });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [only] = batch;
      if (batch.length > 1) for (const one of batch) await send([one]);
      else if (only && split && only.recordId !== undefined && only.columns.length > 1)
        for (const part of fieldByField(only)) await send([part]);
      else if (only) {
        const { row, columns } = only;
        outcome.refused.push({ row_id: row.rowId, columns, error: error.message, type: error.type });
      }
      return;
    }
    batch.forEach(({ row, recordId, columns }, index) => {
      const record = answers.find(
        ({ id, fields }) => id === recordId || (claim.liveId !== null && fields[claim.liveId] === row.rowId),
      );
      const found = record ?? answers[index];
      if (found) outcome.written.push({ row, record: found, columns });
    });
  };
  for (let at = 0; at < writes.length; at += RECORDS_A_CALL)
    await send(writes.slice(at, at + RECORDS_A_CALL));
  return { ...outcome, written: joined(outcome.written) };
}

/** One a record, as it was after the last of its writes. */
export function joined(written: readonly Written[]): Written[] {
  const byRow = new Map<string, Written>();
  for (const one of written) {
    const before = byRow.get(one.row.rowId);
    byRow.set(one.row.rowId, { ...one, columns: [...(before?.columns ?? []), ...one.columns] });
  }
  return [...byRow.values()];
}

/** Airtable understood, and will not. Nothing of the call was carried out. */
const isRefusal = (error: unknown): error is AirtableError =>
  error instanceof AirtableError && [400, 403, 404, 413, 422].includes(error.status);

function fieldByField({ row, recordId, fields, columns }: Write): Write[] {
  return columns.flatMap((column) => {
    const fieldId = row.cells.find((cell) => cell.column === column)?.fieldId;
    if (fieldId === undefined || recordId === undefined) return [];
    return [{ row, recordId, fields: { [fieldId]: fields[fieldId] }, columns: [column] }];
  });
}
