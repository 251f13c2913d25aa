import { AirtableError } from '../airtable-error.ts';
import { createChoice } from '../civstart-schema.ts';
import type { BaseRecord, Field, Table } from '../schema.ts';
import type { SimulatorState } from '../simulator-state.ts';
import { parseCell, type CellContext } from './parse-cell.ts';
import { newId } from './new-id.ts';
import type { RecordChange, SchemaChange } from './record-changes.ts';
import { RecordOverlay } from './record-overlay.ts';

/** Values by field name or id, as callers write them. */
export type Fields = Readonly<Record<string, unknown>>;
export interface WriteOptions {
  typecast?: boolean;
  /** Clear what is not named, as PUT does. */
  replace?: boolean;
}

/** Edits gathered over the present state; nothing is changed until the base commits them. */
export class Transaction {
  readonly #state: SimulatorState;
  readonly #now: number;
  readonly #overlay: RecordOverlay;
  /** The schema with the edits so far; schema edits replace it and note what they did below. */
  tables: Table[];
  readonly schemaChanges: SchemaChange[] = [];

  constructor(state: SimulatorState, now: number) {
    this.#state = state;
    this.#now = now;
    this.#overlay = new RecordOverlay(state);
    this.tables = state.tables;
  }

  /** By name or id. @throws AirtableError 403 */
  table(nameOrId: string): Table {
    const table = this.tables.find((candidate) => candidate.id === nameOrId || candidate.name === nameOrId);
    if (table) return table;
    throw new AirtableError(
      403,
      'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND',
      `Could not find table ${nameOrId}`,
    );
  }

  /** By name or id. @throws AirtableError 422 */
  field(table: Table, nameOrId: string): Field {
    const field = table.fields.find((candidate) => candidate.id === nameOrId || candidate.name === nameOrId);
    if (field) return field;
    throw new AirtableError(422, 'UNKNOWN_FIELD_NAME', `Unknown field name: "${nameOrId}"`);
  }

  record(table: Table, recordId: string): BaseRecord | undefined {
    return this.recordIn(table.id, recordId);
  }

  recordIn(tableId: string, recordId: string): BaseRecord | undefined {
    return this.#overlay.get(tableId, recordId);
  }

  records(table: Table): BaseRecord[] {
    return this.#overlay.all(table.id);
  }

  create(tableName: string, fields: Fields, options: WriteOptions = {}): string {
    const table = this.table(tableName);
    // Airtable's creation times have whole seconds.
    const createdTime = new Date(Math.floor(this.#now / 1000) * 1000).toISOString();
    const id = newId('rec');
    this.#overlay.put(table.id, id, { id, createdTime, cells: {} });
    this.#write(table, id, fields, options);
    return id;
  }

  update(tableName: string, recordId: string, fields: Fields, options: WriteOptions = {}): void {
    const table = this.table(tableName);
    this.#require(table, recordId);
    this.#write(table, recordId, fields, options);
  }

  destroy(tableName: string, recordId: string): void {
    const table = this.table(tableName);
    this.#require(table, recordId);
    for (const field of table.fields) if (field.link) this.#setLinks(field, recordId, table, undefined);
    this.#overlay.put(table.id, recordId, null);
  }

  /** Brings a destroyed record back under its old id; links to records that are gone stay away. */
  restore(tableName: string, recordId: string): void {
    const table = this.table(tableName);
    const old = this.#state.trash.get(table.id)?.get(recordId);
    if (!old) throw new AirtableError(404, 'NOT_FOUND');
    const cells = Object.entries(old.cells);
    const isLink = (id: string) => table.fields.find((field) => field.id === id)?.link;
    const plain = Object.fromEntries(cells.filter(([id]) => !isLink(id)));
    this.#overlay.put(table.id, recordId, { ...old, cells: plain });
    for (const [fieldId, cell] of cells) {
      const link = isLink(fieldId);
      if (!link) continue;
      const alive = (cell as readonly string[]).filter((id) => this.record(this.table(link.tableId), id));
      this.#setLinks(this.field(table, fieldId), recordId, table, alive.length > 0 ? alive : undefined);
    }
  }

  /** Takes a field's cells away from every record: part of deleting or retyping it. */
  clearField(tableName: string, fieldId: string): void {
    const { id } = this.table(tableName);
    for (const record of this.#overlay.all(id)) {
      if (fieldId in record.cells) this.#overlay.setCell(id, record.id, fieldId, undefined);
    }
  }

  /** What differs from the state before, in Airtable's order. */
  changes(): RecordChange[] {
    return this.#overlay.changes();
  }

  #require(table: Table, recordId: string): void {
    if (this.record(table, recordId)) return;
    throw new AirtableError(422, 'ROW_DOES_NOT_EXIST', `Record ID ${recordId} does not exist in this table`);
  }

  #write(
    table: Table,
    recordId: string,
    fields: Fields,
    { typecast = false, replace = false }: WriteOptions,
  ): void {
    const context: CellContext = {
      typecast,
      recordExists: (tableId, id) => this.record(this.table(tableId), id) !== undefined,
      addChoice: (field, name) => this.#addChoice(table, field, name),
      recordByName: (tableId, name) => this.#recordByName(tableId, name, recordId),
    };
    const values = new Map<string, unknown>();
    if (replace) for (const field of table.fields) values.set(field.id, null);
    for (const [name, value] of Object.entries(fields)) values.set(this.field(table, name).id, value);
    for (const [fieldId, value] of values) {
      const field = this.field(table, fieldId);
      const cell = parseCell(field, value, context);
      if (field.link) this.#setLinks(field, recordId, table, cell as readonly string[] | undefined);
      else this.#overlay.setCell(table.id, recordId, fieldId, cell);
    }
  }

  #addChoice(table: Table, field: Field, name: string): void {
    const choices = [...(field.choices ?? []), createChoice(field.id, name, field.choices?.length ?? 0)];
    const fields = table.fields.map((candidate) =>
      candidate.id === field.id ? { ...candidate, choices } : candidate,
    );
    this.tables = this.tables.map((candidate) =>
      candidate.id === table.id ? { ...candidate, fields } : candidate,
    );
  }

  #recordByName(tableId: string, name: string, exceptId: string): string {
    const table = this.table(tableId);
    const known = this.records(table).find(
      (record) => record.cells[table.primaryFieldId] === name && record.id !== exceptId,
    );
    return known?.id ?? this.create(tableId, { [table.primaryFieldId]: name }, { typecast: true });
  }

  /** Sets a link cell and keeps the inverse cells of the other table in step. */
  #setLinks(field: Field, recordId: string, table: Table, ids: readonly string[] | undefined): void {
    if (!field.link) return;
    const other = this.table(field.link.tableId);
    const inverse = field.link.inverseFieldId;
    const before = (this.record(table, recordId)?.cells[field.id] ?? []) as readonly string[];
    const after = ids ?? [];
    this.#overlay.setCell(table.id, recordId, field.id, ids);
    for (const id of before.filter((candidate) => !after.includes(candidate))) {
      const links = this.#links(other, id, inverse).filter((candidate) => candidate !== recordId);
      this.#overlay.setCell(other.id, id, inverse, links.length > 0 ? links : undefined);
    }
    for (const id of after.filter((candidate) => !before.includes(candidate))) {
      this.#overlay.setCell(other.id, id, inverse, [...this.#links(other, id, inverse), recordId]);
    }
  }

  #links(table: Table, recordId: string, fieldId: string): readonly string[] {
    return (this.record(table, recordId)?.cells[fieldId] ?? []) as readonly string[];
  }
}
