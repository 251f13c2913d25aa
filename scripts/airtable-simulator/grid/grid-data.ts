import type { Cells, Table } from '../schema.ts';

/** The whole base, as the page loads it. */
export interface GridData {
  tables: readonly Table[];
  records: Readonly<Record<string, readonly (readonly [recordId: string, cells: Cells])[]>>;
}

/** One transaction, as open pages hear of it; null cells: the record is gone. */
export interface GridChange {
  records: (readonly [tableId: string, recordId: string, cells: Cells | null])[];
  /** The tables or their fields changed too: load anew. */
  schemaChanged: boolean;
}
