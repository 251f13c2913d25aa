import { columnOf, type MirroredTable } from './mapping.ts';
import { CellError, normalizeCell, type ColumnValue } from './normalize-cell.ts';
import type { Cells, Payload } from './payload.ts';

/** Which column a field fills; by field id, since names change. */
export interface FieldBinding {
  tableId: string;
  fieldId: string;
  table: MirroredTable;
  column: string;
}

/** What happened to one record in a page, all its payloads taken together. */
export interface RecordChange {
  airtable_id: string;
  created: boolean;
  edited_at: string;
  values: Record<string, ColumnValue>;
}

export interface DeadLetter {
  payload_number: number;
  table_id: string;
  record_id: string;
  cells: Cells;
  reason: string;
}

/** A page as `airtable.apply_page` takes it. */
export interface Page {
  receipts: { number: number; transaction: number; at: string }[];
  upserts: Partial<Record<MirroredTable, RecordChange[]>>;
  deletes: Partial<Record<MirroredTable, { airtable_id: string; edited_at: string }[]>>;
  dead_letters: DeadLetter[];
}

interface BoundTable {
  table: MirroredTable;
  columnByField: Map<string, string>;
}

function byTableId(bindings: readonly FieldBinding[]): Map<string, BoundTable> {
  const tables = new Map<string, BoundTable>();
  for (const { tableId, fieldId, table, column } of bindings) {
    const bound = tables.get(tableId) ?? { table, columnByField: new Map<string, string>() };
    bound.columnByField.set(fieldId, column);
    tables.set(tableId, bound);
  }
  return tables;
}

type Fate = { change: RecordChange } | { deletedAt: string };

/**
 * Reduces payloads to at most one change a record, in the order in which they happened: a record that was created,
 * edited and deleted in one page is deleted. Fields and tables that are bound to nothing are ignored. A record with a
 * cell that cannot be stored becomes a dead letter, and the others go on.
 *
 * `firstNumber` is the number of the first payload in its webhook's log.
 */
export function foldPayloads(
  payloads: readonly Payload[],
  firstNumber: number,
  bindings: readonly FieldBinding[],
): Page {
  const tables = byTableId(bindings);
  const fates = new Map<MirroredTable, Map<string, Fate>>();
  const page: Page = { receipts: [], upserts: {}, deletes: {}, dead_letters: [] };

  payloads.forEach((payload, index) => {
    const number = firstNumber + index;
    page.receipts.push({ number, transaction: payload.baseTransactionNumber, at: payload.timestamp });

    for (const [tableId, changes] of Object.entries(payload.changedTablesById ?? {})) {
      const bound = tables.get(tableId);
      if (!bound) continue;
      const records = fates.get(bound.table) ?? new Map<string, Fate>();
      fates.set(bound.table, records);

      const upsert = (recordId: string, cells: Cells, created: boolean): void => {
        try {
          const values = valuesOf(bound, cells);
          if (!created && Object.keys(values).length === 0) return;
          const before = records.get(recordId);
          const known = !created && before && 'change' in before ? before.change : undefined;
          records.set(recordId, {
            change: {
              airtable_id: recordId,
              created: created || (known?.created ?? false),
              edited_at: payload.timestamp,
              values: { ...known?.values, ...values },
            },
          });
        } catch (error) {
          if (!(error instanceof CellError)) throw error;
          page.dead_letters.push({
            payload_number: number,
            table_id: tableId,
            record_id: recordId,
            cells,
            reason: error.message,
          });
        }
      };
      for (const [id, record] of Object.entries(changes.createdRecordsById ?? {})) {
        upsert(id, record.cellValuesByFieldId, true);
      }
      for (const [id, record] of Object.entries(changes.changedRecordsById ?? {})) {
        upsert(id, record.current.cellValuesByFieldId, false);
      }
      for (const id of changes.destroyedRecordIds ?? []) records.set(id, { deletedAt: payload.timestamp });
    }
  });

  for (const [table, records] of fates) {
    for (const [recordId, fate] of records) {
      if ('change' in fate) (page.upserts[table] ??= []).push(fate.change);
      else (page.deletes[table] ??= []).push({ airtable_id: recordId, edited_at: fate.deletedAt });
    }
  }
  return page;
}

function valuesOf(bound: BoundTable, cells: Cells): Record<string, ColumnValue> {
  const values: Record<string, ColumnValue> = {};
  for (const [fieldId, cell] of Object.entries(cells)) {
    const name = bound.columnByField.get(fieldId);
    const column = name === undefined ? undefined : columnOf(bound.table, name);
    if (name !== undefined && column) values[name] = normalizeCell(column, cell);
  }
  return values;
}
