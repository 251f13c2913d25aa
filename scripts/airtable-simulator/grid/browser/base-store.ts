import type { Cell, Cells, Field, Table } from '../../schema.ts';
import type { GridChange, GridData } from '../grid-data.ts';

export interface Row {
  id: string;
  cells: Cells;
  /** What a search looks through, in lower case; built when first needed. */
  text?: string | undefined;
}

/** The base as the page knows it. */
export class BaseStore {
  tables: readonly Table[] = [];
  readonly #rows = new Map<string, Map<string, Row>>();

  load(data: GridData): void {
    this.tables = data.tables;
    this.#rows.clear();
    for (const [tableId, records] of Object.entries(data.records)) {
      this.#rows.set(tableId, new Map(records.map(([id, cells]) => [id, { id, cells }])));
    }
  }

  table(nameOrId: string): Table | undefined {
    return this.tables.find((table) => table.id === nameOrId || table.name === nameOrId);
  }

  rows(tableId: string): Row[] {
    return [...(this.#rows.get(tableId)?.values() ?? [])];
  }

  row(tableId: string, recordId: string): Row | undefined {
    return this.#rows.get(tableId)?.get(recordId);
  }

  nameOf(tableId: string, recordId: string): string {
    const primary = this.table(tableId)?.primaryFieldId ?? '';
    return String(this.row(tableId, recordId)?.cells[primary] ?? 'Unnamed record');
  }

  /** Sets one cell; undefined empties it. */
  setCell(tableId: string, recordId: string, fieldId: string, cell: Cell | undefined): void {
    const row = this.row(tableId, recordId);
    if (!row) return;
    const cells: Record<string, Cell> = { ...row.cells };
    if (cell === undefined) delete cells[fieldId];
    else cells[fieldId] = cell;
    row.cells = cells;
    row.text = undefined;
  }

  /** Takes a transaction over; says which cells of which records differ from what was shown. */
  apply(
    change: GridChange,
  ): { tableId: string; recordId: string; kind: 'made' | 'changed' | 'gone'; fieldIds: string[] }[] {
    return change.records.map(([tableId, recordId, cells]) => {
      const rows = this.#rows.get(tableId) ?? new Map<string, Row>();
      this.#rows.set(tableId, rows);
      const row = rows.get(recordId);
      if (!cells) {
        rows.delete(recordId);
        return { tableId, recordId, kind: 'gone', fieldIds: [] };
      }
      if (!row) {
        rows.set(recordId, { id: recordId, cells });
        return { tableId, recordId, kind: 'made', fieldIds: Object.keys(cells) };
      }
      const ids = new Set([...Object.keys(row.cells), ...Object.keys(cells)]);
      const fieldIds = [...ids].filter((id) => String(row.cells[id] ?? '') !== String(cells[id] ?? ''));
      row.cells = cells;
      row.text = undefined;
      return { tableId, recordId, kind: 'changed', fieldIds };
    });
  }

  /** The rows in which every word of `query` occurs. */
  search(table: Table, query: string): Row[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = this.rows(table.id);
    return words.length === 0
      ? rows
      : rows.filter((row) => words.every((word) => this.#text(table, row).includes(word)));
  }

  /** A cell as a person reads it. */
  text(field: Field, cell: Cell | undefined): string {
    if (cell === undefined) return '';
    const { link } = field;
    if (link) return (cell as readonly string[]).map((id) => this.nameOf(link.tableId, id)).join(', ');
    if (field.type === 'dateTime') return String(cell).slice(0, 16).replace('T', ' ');
    if (field.type === 'number') return Number(cell).toLocaleString('en-US');
    return cell === true ? 'yes' : String(cell);
  }

  #text(table: Table, row: Row): string {
    row.text ??= [row.id, ...table.fields.map((field) => this.text(field, row.cells[field.id]))]
      .join('\n')
      .toLowerCase();
    return row.text;
  }
}
