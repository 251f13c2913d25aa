import type { BoundTable } from './bindings.ts';
import type { Snapshot } from './page.ts';
import { isRecordId, readCells } from './read-cells.ts';
import type { SourceRecord } from './records-client.ts';

/** Records read over REST, whole as they are: a field without a cell is empty. `asked`: those of them that should be there. */
export function foldRecords(
  bound: BoundTable,
  records: readonly SourceRecord[],
  asked: readonly string[] = [],
): Snapshot {
  const snapshot: Snapshot = {
    table_id: bound.id,
    table: bound.table,
    changes: [],
    absent: [],
    dead_letters: [],
  };
  const there = new Set<string>();
  for (const record of records) {
    there.add(record.id);
    if (!isRecordId(record.id)) continue;
    const { values, bad } = readCells(bound, record.fields, true);
    snapshot.changes.push({ airtable_id: record.id, created_at: record.createdTime, values });
    if (bad.length === 0) continue;
    snapshot.dead_letters.push({
      payload_number: null,
      table_id: bound.id,
      record_id: record.id,
      cells: record.fields,
      columns: bad.map(({ column }) => column),
      reason: bad.map(({ reason }) => reason).join('; '),
    });
  }
  snapshot.absent = asked.filter((id) => !there.has(id));
  return snapshot;
}
