import type { BaseRecord, Cell, Field, Table } from '../schema.ts';

/** What one transaction did to one record. */
export type RecordChange =
  | { kind: 'created'; tableId: string; recordId: string; after: BaseRecord }
  | { kind: 'changed'; tableId: string; recordId: string; before: BaseRecord; after: BaseRecord }
  | { kind: 'destroyed'; tableId: string; recordId: string; before: BaseRecord };

/** What one transaction did to the schema. */
export type SchemaChange =
  | { kind: 'field created'; tableId: string; field: Field }
  | { kind: 'field changed'; tableId: string; before: Field; after: Field }
  | { kind: 'field destroyed'; tableId: string; field: Field }
  | { kind: 'table created'; tableId: string; table: Table }
  | { kind: 'table renamed'; tableId: string; before: string; after: string }
  | { kind: 'table destroyed'; tableId: string };

type Source = 'client' | 'publicApi' | 'automation' | 'formSubmission' | 'system' | 'sync' | 'anonymousUser';

/** Who did it, as `actionMetadata` says it. */
export interface Action {
  source: Source;
  sourceMetadata?: Readonly<Record<string, unknown>>;
}

/** A finished transaction, before it is told to anyone. */
export interface Change {
  number: number;
  /** Epoch milliseconds. */
  at: number;
  action: Action;
  /** The schema after it. */
  tables: Table[];
  schema: SchemaChange[];
  /** In Airtable's order: created, changed, destroyed. */
  records: RecordChange[];
  /** The primary cell of a record, after the transaction where it lives on, else before. */
  nameOf: (tableId: string, recordId: string) => string;
}

/** Ids of the fields whose cells differ. */
export function changedFieldIds(before: BaseRecord, after: BaseRecord): string[] {
  const ids = new Set([...Object.keys(before.cells), ...Object.keys(after.cells)]);
  return [...ids].filter((id) => !sameCell(before.cells[id], after.cells[id]));
}

function sameCell(one: Cell | undefined, other: Cell | undefined): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
