import { bindTables } from './bindings.ts';
import type { ColumnValue } from './normalize-cell.ts';
import type { Ports } from './ports.ts';
import { readCells } from './read-cells.ts';

/** What would become of one field's cell. */
export interface DryRunCell {
  field_id: string;
  column: string;
  /** As Airtable has it now; null when it is empty. */
  cell: unknown;
  value?: ColumnValue;
  /** Why it cannot be stored. */
  problem?: string;
}

/** What a replay of a dead letter would do now. `gone`: the record is not in the base any more; `unbound`: nor is its table. */
export interface DryRun {
  record: 'there' | 'gone' | 'unbound';
  cells: DryRunCell[];
  /** The table's own words, when it would refuse the row. */
  refusal: string | null;
}

/** Reads the record of an open dead letter and says what would be written, or why not. Undefined: there is no such letter. */
export async function dryRunLetter(ports: Ports, letterId: number): Promise<DryRun | undefined> {
  const { status, store, records } = ports;
  const letter = await status.findOpenLetter(letterId);
  if (!letter) return undefined;
  const bound = bindTables(await store.loadBindings(letter.baseId)).get(letter.tableId);
  if (!bound || bound.fields.size === 0) return { record: 'unbound', cells: [], refusal: null };
  const [record] = await records.readRecords(
    letter.baseId,
    bound.id,
    [...bound.fields.keys()],
    [letter.recordId],
  );
  if (!record) return { record: 'gone', cells: [], refusal: null };
  const { values, bad } = readCells(bound, record.fields, true);
  const cells = [...bound.fields].map(([fieldId, { columnName: column }]): DryRunCell => {
    const problem = bad.find((cell) => cell.column === column)?.reason;
    const read = { field_id: fieldId, column, cell: record.fields[fieldId] ?? null };
    return problem === undefined ? { ...read, value: values[column] ?? null } : { ...read, problem };
  });
  const change = { airtable_id: record.id, created: true, edited_at: record.createdTime, values } as const;
  return { record: 'there', cells, refusal: await status.tryRow(bound.table, change) };
}
