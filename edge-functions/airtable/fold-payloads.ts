import { bindTables, type BoundTable, type FieldBinding } from './bindings.ts';
import type { MirroredTable } from './mapping.ts';
import type { DeadLetter, Page, RecordChange } from './page.ts';
import type { Cells, Payload } from './payload.ts';
import { isRecordId, readCells } from './read-cells.ts';

interface Fate {
  table: MirroredTable;
  change?: RecordChange;
  deletedAt?: string;
  /** By column: a later good cell takes its letter back. */
  letters: Map<string, DeadLetter>;
}

/**
 * Reduces payloads to at most one change a record, in the order in which they happened: a record that was created,
 * edited and deleted in one page is deleted. Fields and tables that are bound to nothing are ignored. A cell that
 * cannot be stored becomes a dead letter; the record's other cells, and the other records, go on.
 *
 * `firstNumber` is the number of the first payload in its webhook's log; `notBefore`, the time of the newest before it.
 * The log's order is the truth: where Airtable's clocks disagree and a payload says an earlier time than the one before
 * it, it counts as of the same time. Otherwise it would look older than what it changes, and be left out.
 */
export function foldPayloads(
  payloads: readonly Payload[],
  firstNumber: number,
  bindings: readonly FieldBinding[],
  notBefore?: string,
): Page {
  const tables = bindTables(bindings);
  const fates = new Map<string, Fate>();
  const drift = new Map<string, string>();
  const page: Page = { receipts: [], upserts: {}, deletes: {}, dead_letters: [], drift: [] };

  let editedAt = notBefore;
  payloads.forEach((payload, index) => {
    const number = firstNumber + index;
    const at = laterOf(editedAt, payload.timestamp);
    editedAt = at;
    page.receipts.push({ number, transaction: payload.baseTransactionNumber, at: payload.timestamp });
    for (const tableId of payload.destroyedTableIds ?? []) {
      const bound = tables.get(tableId);
      if (bound) drop(bound, [...bound.fields.keys()], 'The table was deleted', drift);
    }

    for (const [tableId, changes] of Object.entries(payload.changedTablesById ?? {})) {
      const bound = tables.get(tableId);
      if (!bound) continue;
      drop(bound, changes.destroyedFieldIds ?? [], 'The field was deleted', drift);
      for (const [fieldId, { current }] of Object.entries(changes.changedFieldsById ?? {})) {
        const before = bound.fields.get(fieldId)?.fieldType;
        if (before !== undefined && current?.type !== undefined && current.type !== before)
          drop(
            bound,
            [fieldId],
            `The field was ${before ?? 'of another type'} and is ${current.type} now`,
            drift,
          );
      }

      const upsert = (recordId: string, cells: Cells, created: boolean): void => {
        const before = fates.get(recordId);
        const fate: Fate = created || !before ? { table: bound.table, letters: new Map() } : before;
        fates.set(recordId, fate);
        if (!isRecordId(recordId)) {
          const reason = 'This is not the id of a record';
          fate.letters.set('', letter(number, tableId, recordId, cells, null, reason));
          return;
        }
        const { values, bad } = readCells(bound, cells, created);
        for (const column of Object.keys(values)) fate.letters.delete(column);
        for (const { column, reason } of bad)
          fate.letters.set(column, letter(number, tableId, recordId, cells, [column], reason));
        if (!created && Object.keys(values).length === 0) return;
        delete fate.deletedAt;
        const passed = passedOn(fate.change, values);
        fate.change = {
          airtable_id: recordId,
          created: created || (fate.change?.created ?? false),
          edited_at: at,
          values: { ...fate.change?.values, ...values },
          ...(passed && { passed }),
        };
      };
      for (const [id, record] of Object.entries(changes.createdRecordsById ?? {})) {
        upsert(id, record.cellValuesByFieldId ?? {}, true);
      }
      for (const [id, record] of Object.entries(changes.changedRecordsById ?? {})) {
        upsert(id, record.current?.cellValuesByFieldId ?? {}, false);
      }
      for (const id of changes.destroyedRecordIds ?? []) {
        fates.set(id, { table: bound.table, deletedAt: at, letters: new Map() });
      }
    }
  });

  for (const [recordId, { table, change, deletedAt, letters }] of fates) {
    if (change) (page.upserts[table] ??= []).push(change);
    else if (deletedAt !== undefined)
      (page.deletes[table] ??= []).push({ airtable_id: recordId, edited_at: deletedAt });
    if (letters.size > 0) page.dead_letters.push(joined([...letters.values()]));
  }
  page.drift = [...drift].map(([field_id, reason]) => ({ field_id, reason }));
  return page;
}

/** What was sent from here may be among what a later payload of the page has changed again. */
function passedOn(
  before: RecordChange | undefined,
  values: RecordChange['values'],
): RecordChange['passed'] | undefined {
  if (!before) return undefined;
  const passed = { ...before.passed };
  for (const column of Object.keys(values)) {
    const value = before.values[column];
    if (value !== undefined) passed[column] = [...(passed[column] ?? []), value];
  }
  return Object.keys(passed).length === 0 ? undefined : passed;
}

/** Of two times in ISO 8601. */
export function laterOf(a: string | undefined, b: string): string {
  return a !== undefined && Date.parse(a) > Date.parse(b) ? a : b;
}

/** From here on these fields are not followed. */
function drop(
  bound: BoundTable,
  fieldIds: readonly string[],
  reason: string,
  drift: Map<string, string>,
): void {
  for (const fieldId of fieldIds) if (bound.fields.delete(fieldId)) drift.set(fieldId, reason);
}

function letter(
  payload_number: number,
  table_id: string,
  record_id: string,
  cells: Cells,
  columns: string[] | null,
  reason: string,
): DeadLetter {
  return { payload_number, table_id, record_id, cells, columns, reason };
}

/** One letter a record. */
function joined(letters: readonly DeadLetter[]): DeadLetter {
  return letters.reduce((all, next) => ({
    ...next,
    cells: { ...all.cells, ...next.cells },
    columns: all.columns && next.columns && [...all.columns, ...next.columns],
    reason: all.reason === next.reason ? all.reason : `${all.reason}; ${next.reason}`,
  }));
}
