import type { Cell, Field } from '../schema.ts';

/** The name of a linked record, for the forms that show it. */
export type NameOf = (tableId: string, recordId: string) => string;

/** A cell as the webhooks API writes it: choices and links as objects, an empty cell as null. */
export function webhookCell(field: Field, cell: Cell | undefined, nameOf: NameOf): unknown {
  if (cell === undefined) return null;
  if (field.choices) {
    const choice = field.choices.find((candidate) => candidate.name === cell);
    return choice ? { ...choice } : { id: '', name: cell };
  }
  if (field.link) {
    const { tableId } = field.link;
    return (cell as readonly string[]).map((id) => ({ id, name: nameOf(tableId, id) }));
  }
  return cell;
}

/** A cell as `cellFormat=string` writes it. */
export function textCell(field: Field, cell: Cell, nameOf: NameOf): string {
  const { link } = field;
  if (link) return (cell as readonly string[]).map((id) => nameOf(link.tableId, id)).join(', ');
  if (field.type === 'checkbox') return 'checked';
  return String(cell);
}
