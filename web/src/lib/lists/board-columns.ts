import type { Choice, Entity, EntityRow } from '../entities/entity.ts';
import type { List, View } from './list.ts';
import { compareRows } from './order.ts';
import { withFilter } from './view.ts';

/** Cards that a column shows; the rest are in the table. */
export const COLUMN_SIZE = 50;
const NEWEST: View['sort'] = { field: 'airtable_edited_at', descending: true };

/** The columns of a board: those that the view asks for. */
export function boardChoices({ entity, board }: List, { filters }: View): readonly Choice[] {
  const choices = entity.fields.find(({ key }) => key === board)?.choices ?? [];
  const filter = filters[board ?? ''];
  return filter?.kind === 'one-of' ? choices.filter(({ value }) => filter.values.includes(value)) : choices;
}

/** The view whose rows are one column's. */
export const columnView = ({ board }: List, view: View, value: string): View => ({
  ...withFilter(view, board ?? '', { kind: 'one-of', values: [value] }),
  sort: NEWEST,
});

/**
 * The cards of all columns, each where its row says: a card that the reader moved is in its new column
 * before the database has answered.
 */
export function dealCards(
  entity: Entity,
  board: string,
  choices: readonly Choice[],
  columns: readonly (readonly EntityRow[] | undefined)[],
): Map<string, EntityRow[]> {
  const rows = new Map(columns.flatMap((column) => column ?? []).map((row) => [row.id, row]));
  const cards = new Map<string, EntityRow[]>(choices.map(({ value }) => [value, []]));
  for (const row of rows.values()) cards.get(String(row[board]))?.push(row);
  for (const column of cards.values()) column.sort(compareRows(entity, NEWEST));
  return cards;
}

/** The cards, with the arrays of before where the same rows stand in them. */
export function keepSame(
  before: ReadonlyMap<string, EntityRow[]> | undefined,
  now: ReadonlyMap<string, EntityRow[]>,
): Map<string, EntityRow[]> {
  return new Map(
    [...now].map(([value, cards]) => {
      const old = before?.get(value);
      const same = old?.length === cards.length && cards.every((row, index) => row === old[index]);
      return [value, same ? old : cards];
    }),
  );
}
