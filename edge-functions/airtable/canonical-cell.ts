/** A cell in one form, whichever it came in. Undefined means cleared. */
export type CanonicalCell = string | number | true | { id: string } | CanonicalCell[] | undefined;

/** Airtable could not work the cell out. */
export class CellErrorValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Brings the two forms of a cell together: REST gives a choice as its name, a webhook as an object with id, name and
 * colour; REST gives links as ids, a webhook as objects; REST gives a lookup flat, a webhook by linked record. Computed
 * cells come in any of these. What is not known stays out of the way as an object without a name.
 */
export function canonicalCell(cell: unknown): CanonicalCell | CellErrorValue | null {
  if (cell === null || cell === undefined || cell === '' || cell === false) return undefined;
  if (typeof cell === 'string' || typeof cell === 'number' || cell === true) return cell;
  if (Array.isArray(cell)) return listOf(cell);
  if (!isObject(cell)) return null;

  if ('error' in cell) return new CellErrorValue(String(cell.error));
  if ('specialValue' in cell) return new CellErrorValue(String(cell.specialValue));
  if (isObject(cell.valuesByLinkedRecordId)) return listOf(lookedUp(cell));
  const { id, name, email, text } = cell;
  // A linked record: its name is the other record's and changes with it.
  if (typeof id === 'string' && id.startsWith('rec')) return { id };
  // A choice, a collaborator, a barcode.
  for (const label of [name, email, text]) if (typeof label === 'string') return label;
  return null;
}

function listOf(cells: unknown[]): CanonicalCell | CellErrorValue | null {
  const items: CanonicalCell[] = [];
  for (const cell of cells) {
    const item = canonicalCell(cell);
    if (item === null || item instanceof CellErrorValue) return item;
    if (Array.isArray(item)) items.push(...item);
    else if (item !== undefined) items.push(item);
  }
  return items.length === 0 ? undefined : items;
}

/** In the order of the linked records, as REST has them. */
function lookedUp(cell: Record<string, unknown>): unknown[] {
  const values = cell.valuesByLinkedRecordId as Record<string, unknown>;
  const order = Array.isArray(cell.linkedRecordIds)
    ? (cell.linkedRecordIds as string[])
    : Object.keys(values);
  return order.flatMap((id) => values[id] ?? []);
}
