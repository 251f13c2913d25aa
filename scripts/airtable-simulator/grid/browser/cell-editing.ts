import type { Cell, Field, Table } from '../../schema.ts';
import { post, RefusedError } from './api.ts';
import type { BaseStore } from './base-store.ts';
import type { GridView, Position } from './grid-view.ts';
import { openOptionMenu } from './option-menu.ts';
import { openTextEditor, type Popup } from './text-editor.ts';
import type { Toast } from './toast.ts';

const UNLINK = '';

/** Edits cells of the table on screen: shown at once, taken back with the reason where they are refused. */
export class CellEditing {
  readonly #store: BaseStore;
  readonly #view: GridView;
  readonly #toast: Toast;
  readonly #table: () => Table;
  #popup: Popup | undefined;
  #openAt: Position | undefined;

  constructor(store: BaseStore, view: GridView, toast: Toast, table: () => Table) {
    this.#store = store;
    this.#view = view;
    this.#toast = toast;
    this.#table = table;
  }

  /** Opens the editor that the field has; a checkbox just changes. */
  open(position: Position, typed?: string): void {
    this.close();
    const field = this.#field(position);
    const cell = this.#view.cell(position);
    if (!field || !cell) return;
    this.#openAt = position;
    const value = this.#value(position, field);
    const cancel = () => this.#view.activate(position);
    if (field.type === 'checkbox') {
      void this.save(position, value === true ? null : true);
    } else if (field.choices) {
      const options = field.choices.map(({ name, color }) => ({
        value: name,
        label: name,
        color,
        selected: name === value,
      }));
      this.#popup = openOptionMenu(cell, field.name, options, {
        pick: (name) => this.#done(position, name),
        cancel,
      });
    } else if (field.link) {
      this.#openLinks(position, field, cell, (value ?? []) as readonly string[]);
    } else {
      this.#popup = openTextEditor(cell, field, value, typed, {
        commit: (next, move) => {
          if ((next ?? undefined) !== value) void this.save(position, next);
          if (!move) return;
          this.#view.activate(position);
          this.#view.move(move === 'down' ? 1 : 0, move === 'right' ? 1 : move === 'left' ? -1 : 0);
        },
        cancel,
      });
    }
  }

  close(): void {
    this.#popup?.close();
    this.#popup = undefined;
  }

  /** The grid was scrolled or drawn anew: what is open stays at its cell, and goes where that is gone. */
  follow(): void {
    const cell = this.#openAt && this.#view.cell(this.#openAt);
    if (cell) this.#popup?.place(cell);
    else this.close();
  }

  async save(position: Position, value: unknown): Promise<void> {
    const table = this.#table();
    const field = this.#field(position);
    if (!field) return;
    const before = this.#value(position, field);
    this.#store.setCell(table.id, position.recordId, field.id, (value ?? undefined) as Cell | undefined);
    this.#view.redraw(position.recordId, field);
    try {
      await post('cell', { table: table.id, record: position.recordId, field: field.id, value });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.#store.setCell(table.id, position.recordId, field.id, before);
      this.#view.redraw(position.recordId, field);
      this.#toast.show(`Not saved: ${error.message}`);
    }
  }

  #openLinks(position: Position, field: Field, cell: HTMLElement, linked: readonly string[]): void {
    const tableId = field.link?.tableId ?? '';
    const isOne = !field.link?.isReversed;
    const rows = this.#store.rows(tableId).map((row) => ({
      value: row.id,
      label: this.#store.nameOf(tableId, row.id),
      selected: linked.includes(row.id),
    }));
    rows.sort((a, b) => Number(b.selected) - Number(a.selected));
    const options =
      isOne && linked.length > 0 ? [{ value: UNLINK, label: 'No link', selected: false }, ...rows] : rows;
    this.#popup = openOptionMenu(cell, field.name, options, {
      pick: (id) => {
        const rest = linked.filter((candidate) => candidate !== id);
        const toggled = rest.length < linked.length ? rest : [...linked, id];
        const next = isOne ? [id].filter((candidate) => candidate !== UNLINK) : toggled;
        this.#done(position, next.length > 0 ? next : null);
      },
      cancel: () => this.#view.activate(position),
    });
  }

  #done(position: Position, value: unknown): void {
    this.#view.activate(position);
    void this.save(position, value);
  }

  #field({ fieldName }: Position): Field | undefined {
    return this.#table().fields.find((field) => field.name === fieldName);
  }

  #value({ recordId }: Position, field: Field): Cell | undefined {
    return this.#store.row(this.#table().id, recordId)?.cells[field.id];
  }
}
