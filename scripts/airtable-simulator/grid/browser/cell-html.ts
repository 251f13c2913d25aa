import type { Cell, Field, Table } from '../../schema.ts';
import type { BaseStore, Row } from './base-store.ts';

const CHIPS_SHOWN = 4;

/** Widths in pixels by what a column holds. */
export function columnWidth(table: Table, field: Field): number {
  if (field.id === table.primaryFieldId) return field.name === 'Signal ID' ? 112 : 232;
  if (field.name === 'Title') return 264;
  switch (field.type) {
    case 'checkbox':
      return 76;
    case 'number':
      return 112;
    case 'singleSelect':
      return (
        44 +
        7.5 *
          Math.max(
            ...[field.name, ...(field.choices ?? []).map(({ name }) => name)].map((text) => text.length),
          )
      );
    case 'dateTime':
      return 148;
    case 'multilineText':
      return 196;
    case 'multipleRecordLinks':
      return field.link?.isReversed ? 220 : 164;
    default:
      return 176;
  }
}

export function headerHtml(table: Table): string {
  const heads = table.fields.map(
    (field, index) =>
      `<div role="columnheader" class="head ${field.type}" aria-colindex="${index + 1}">${escape(field.name)}</div>`,
  );
  return `<div role="row" class="row header" aria-rowindex="1">${heads.join('')}</div>`;
}

export function rowHtml(store: BaseStore, table: Table, row: Row, index: number): string {
  const cells = table.fields.map((field, column) => cellHtml(store, table, row, field, column));
  return `<div role="row" class="row" aria-rowindex="${index + 2}" data-row="${row.id}">${cells.join('')}</div>`;
}

function cellHtml(store: BaseStore, table: Table, row: Row, field: Field, column: number): string {
  const role = field.id === table.primaryFieldId ? 'rowheader' : 'gridcell';
  const checked = field.type === 'checkbox' ? ` data-checked="${row.cells[field.id] === true}"` : '';
  const popup = field.choices || field.link ? ' aria-haspopup="listbox"' : '';
  return (
    `<div role="${role}" class="cell ${field.type}" tabindex="-1" aria-colindex="${column + 1}"${checked}${popup}` +
    ` data-record="${row.id}" data-field="${escape(field.name)}" data-testid="${row.id}-${escape(field.name)}">` +
    `${contentHtml(store, field, row.cells[field.id])}</div>`
  );
}

/** The inside of a cell. */
export function contentHtml(store: BaseStore, field: Field, cell: Cell | undefined): string {
  if (field.type === 'checkbox') {
    const word = cell === true ? 'Yes' : 'No';
    return `<span class="box" aria-hidden="true">${cell === true ? '✓' : ''}</span><span class="sr-only">${word}</span>`;
  }
  if (cell === undefined) return '';
  if (field.choices) {
    const color = field.choices.find((choice) => choice.name === cell)?.color ?? 'grayLight2';
    return `<span class="choice ${escape(color)}">${escape(String(cell))}</span>`;
  }
  const { link } = field;
  if (link) {
    const ids = cell as readonly string[];
    const chips = ids
      .slice(0, CHIPS_SHOWN)
      .map((id) => `<span class="chip">${escape(store.nameOf(link.tableId, id))}</span>`);
    const more = ids.length > CHIPS_SHOWN ? `<span class="more">+${ids.length - CHIPS_SHOWN}</span>` : '';
    return chips.join('') + more;
  }
  return `<span class="text">${escape(store.text(field, cell))}</span>`;
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
