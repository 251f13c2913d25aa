import type { Clock } from './clock.ts';
import type { Action, Change } from './records/record-changes.ts';
import { Transaction, type Fields } from './records/transaction.ts';
import type { BaseRecord, Cell, Table } from './schema.ts';
import type { Patch, RecordedPayload, SimulatorState } from './simulator-state.ts';

/** The person in whose name the grid edits. */
const GRID_USER = {
  id: 'usrCivStartGridUser',
  email: 'staff@civstart.test',
  name: 'CivStart staff',
  permissionLevel: 'create',
} as const;

const CLIENT: Action = { source: 'client', sourceMetadata: { user: GRID_USER } };

export interface SimulatedBaseOptions {
  state: SimulatorState;
  clock: Clock;
  /** Must not return before the patch is safe. */
  commit: (patch: Patch) => void;
  payloadsFor: (change: Change) => [webhookId: string, payloads: RecordedPayload[]][];
}

/** The base: its records and schema, changed by transactions. The short methods edit as a person in the grid would. */
export class SimulatedBase {
  readonly #options: SimulatedBaseOptions;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(options: SimulatedBaseOptions) {
    this.#options = options;
  }

  get tables(): readonly Table[] {
    return this.#options.state.tables;
  }

  /** By name or id. @throws AirtableError 403 */
  table(nameOrId: string): Table {
    return this.#reader().table(nameOrId);
  }

  /** In the order of creation. */
  records(table: string): BaseRecord[] {
    return [...(this.#options.state.records.get(this.table(table).id)?.values() ?? [])];
  }

  record(table: string, recordId: string): BaseRecord | undefined {
    return this.#options.state.records.get(this.table(table).id)?.get(recordId);
  }

  /** One cell in REST form; undefined when it is empty. */
  cell(table: string, recordId: string, field: string): Cell | undefined {
    const reader = this.#reader();
    return this.record(table, recordId)?.cells[reader.field(reader.table(table), field).id];
  }

  /** The primary cell of a record, as link cells show it. */
  nameOf(tableId: string, recordId: string): string {
    return String(this.record(tableId, recordId)?.cells[this.table(tableId).primaryFieldId] ?? '');
  }

  create(table: string, fields: Fields = {}, action?: Action): string {
    return this.transaction((transaction) => transaction.create(table, fields), action);
  }

  update(table: string, recordId: string, fields: Fields, action?: Action): void {
    this.transaction((transaction) => transaction.update(table, recordId, fields), action);
  }

  destroy(table: string, recordId: string, action?: Action): void {
    this.transaction((transaction) => transaction.destroy(table, recordId), action);
  }

  /** Brings a destroyed record back under its old id. */
  restore(table: string, recordId: string, action?: Action): void {
    this.transaction((transaction) => transaction.restore(table, recordId), action);
  }

  /** Many records in one transaction, as a paste into the grid makes it. */
  bulkUpdate(table: string, updates: readonly { id: string; fields: Fields }[], action?: Action): void {
    this.transaction((transaction) => {
      for (const { id, fields } of updates) transaction.update(table, id, fields);
    }, action);
  }

  /** Runs `edit` and commits it as one transaction; where it throws, nothing is changed. */
  transaction<T>(edit: (transaction: Transaction) => T, action: Action = CLIENT): T {
    const { state, clock, commit, payloadsFor } = this.#options;
    const at = clock.now();
    const transaction = new Transaction(state, at);
    const result = edit(transaction);
    const records = transaction.changes();
    const tablesChanged = transaction.tables !== state.tables;
    if (records.length === 0 && !tablesChanged) return result;
    const change: Change = {
      number: state.transactionNumber + 1,
      at,
      action,
      tables: transaction.tables,
      schema: transaction.schemaChanges,
      records,
      nameOf: (tableId, recordId) => nameIn(transaction, state, tableId, recordId),
    };
    commit({
      kind: 'transaction',
      number: change.number,
      ...(tablesChanged ? { tables: transaction.tables } : {}),
      records: records.map((one) => [one.tableId, one.recordId, one.kind === 'destroyed' ? null : one.after]),
      payloads: payloadsFor(change),
    });
    for (const listener of this.#listeners) listener(change);
    return result;
  }

  /** Calls `listener` after every transaction; the returned function ends it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #reader(): Transaction {
    return new Transaction(this.#options.state, this.#options.clock.now());
  }
}

function nameIn(transaction: Transaction, state: SimulatorState, tableId: string, recordId: string): string {
  const primary = (
    transaction.tables.find((table) => table.id === tableId) ??
    state.tables.find((table) => table.id === tableId)
  )?.primaryFieldId;
  if (!primary) return '';
  const record = transaction.recordIn(tableId, recordId) ?? state.records.get(tableId)?.get(recordId);
  return String(record?.cells[primary] ?? '');
}
