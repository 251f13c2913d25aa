import type { RowValue } from './expected-row.ts';
import type { MirrorColumn, TableName } from './mirror-columns.ts';

/** What the mirror has to keep of columns whose fields were deleted or retyped. */
export class Drift {
  readonly #frozen = new Map<string, Map<string, RowValue>>();
  readonly #forgotten = new Set<string>();

  /** From now on the column keeps what it held: these values, by record. */
  freeze(table: TableName, column: MirrorColumn, values: Map<string, RowValue>): void {
    const key = `${table}.${column.column}`;
    if (!this.#frozen.has(key)) this.#frozen.set(key, values);
  }

  isFrozen(table: TableName, column: MirrorColumn): boolean {
    return this.#frozen.has(`${table}.${column.column}`);
  }

  /** A record that went and came back may have lost what it held. */
  forget(recordId: string): void {
    this.#forgotten.add(recordId);
  }

  /** Undefined: nobody can say. */
  frozenValue(table: TableName, column: MirrorColumn, recordId: string): RowValue | undefined {
    if (this.#forgotten.has(recordId)) return undefined;
    return this.#frozen.get(`${table}.${column.column}`)?.get(recordId);
  }
}
