import type { Field, Table } from '../../schema.ts';
import type { BaseStore } from './base-store.ts';
import { columnWidth, contentHtml, headerHtml, rowHtml } from './cell-html.ts';

/** A place in the grid. */
export interface Position {
  recordId: string;
  fieldName: string;
}

/** The rows of one table on screen, and the one cell that has the keyboard. */
export class GridView {
  readonly #element: HTMLElement;
  readonly #store: BaseStore;
  #table: Table | undefined;
  readonly #onActive: (position: Position | undefined) => void;
  active: Position | undefined;

  constructor(element: HTMLElement, store: BaseStore, onActive: (position: Position | undefined) => void) {
    this.#onActive = onActive;
    this.#element = element;
    this.#store = store;
  }

  /** Draws `table` with the rows that fit `query`; returns how many. */
  show(table: Table, query: string): number {
    const rows = this.#store.search(table, query);
    this.#table = table;
    this.#element.style.setProperty(
      '--columns',
      table.fields.map((field) => `${columnWidth(table, field)}px`).join(' '),
    );
    this.#element.setAttribute('aria-rowcount', String(rows.length + 1));
    this.#element.setAttribute('aria-colcount', String(table.fields.length));
    const body = rows.map((row, index) => rowHtml(this.#store, table, row, index)).join('');
    const empty = `<p class="empty">${query ? 'No record has these words.' : 'No records yet.'}</p>`;
    this.#element.innerHTML = headerHtml(table) + (body || empty);
    this.#markActive();
    return rows.length;
  }

  /** Draws one cell again. */
  redraw(recordId: string, field: Field): HTMLElement | undefined {
    const cell = this.cell({ recordId, fieldName: field.name });
    if (!cell || !this.#table) return undefined;
    const value = this.#store.row(this.#table.id, recordId)?.cells[field.id];
    cell.innerHTML = contentHtml(this.#store, field, value);
    if (field.type === 'checkbox') cell.dataset['checked'] = String(value === true);
    return cell;
  }

  /** Shows that a cell was changed by someone else. */
  flash(cell: HTMLElement): void {
    cell.classList.remove('changed');
    // Reading the size makes the browser start the animation anew.
    void cell.offsetWidth;
    cell.classList.add('changed');
  }

  cell({ recordId, fieldName }: Position): HTMLElement | undefined {
    const selector = `[data-record="${recordId}"][data-field="${CSS.escape(fieldName)}"]`;
    return this.#element.querySelector<HTMLElement>(selector) ?? undefined;
  }

  /** The place that an element inside the grid belongs to. */
  positionOf(target: EventTarget | null): Position | undefined {
    const cell = target instanceof Element ? target.closest<HTMLElement>('.cell') : null;
    const { record, field } = cell?.dataset ?? {};
    return record && field ? { recordId: record, fieldName: field } : undefined;
  }

  activate(position: Position | undefined): void {
    this.#element.querySelector('.cell.active')?.classList.remove('active');
    this.active = position;
    this.#onActive(position);
    const cell = this.#markActive();
    if (!cell) return;
    cell.focus({ preventScroll: true });
    this.#reveal(cell);
  }

  /** Moves by rows and columns; beyond the edge it stays at the edge. */
  move(rows: number, columns: number): void {
    const fields = this.#table?.fields ?? [];
    const lines = [...this.#element.querySelectorAll<HTMLElement>('.row[data-row]')];
    if (!this.active || lines.length === 0) return;
    const { recordId, fieldName } = this.active;
    const line = lines.findIndex((candidate) => candidate.dataset['row'] === recordId);
    const column = fields.findIndex((field) => field.name === fieldName);
    const nextLine = lines[Math.min(Math.max(line + rows, 0), lines.length - 1)];
    const nextField = fields[Math.min(Math.max(column + columns, 0), fields.length - 1)];
    if (!nextLine || !nextField) return;
    this.activate({ recordId: nextLine.dataset['row'] ?? '', fieldName: nextField.name });
  }

  #markActive(): HTMLElement | undefined {
    const cell = this.active && this.cell(this.active);
    cell?.classList.add('active');
    const first = this.#element.querySelector<HTMLElement>('.cell');
    this.#element.querySelector('.cell[tabindex="0"]')?.setAttribute('tabindex', '-1');
    (cell ?? first)?.setAttribute('tabindex', '0');
    return cell;
  }

  /** Scrolls a cell out from under the sticky header and first column. */
  #reveal(cell: HTMLElement): void {
    const view = this.#element.getBoundingClientRect();
    const box = cell.getBoundingClientRect();
    const header = this.#element.querySelector('.header')?.getBoundingClientRect().bottom ?? view.top;
    const first = cell.parentElement?.firstElementChild;
    const sticky = first && first !== cell ? first.getBoundingClientRect().right : view.left;
    if (box.top < header) this.#element.scrollTop -= header - box.top;
    else if (box.bottom > view.bottom) this.#element.scrollTop += box.bottom - view.bottom + 12;
    if (box.left < sticky) this.#element.scrollLeft -= sticky - box.left;
    else if (box.right > view.right) this.#element.scrollLeft += box.right - view.right + 12;
  }
}
