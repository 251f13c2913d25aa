import type { EntityRow } from '../entities/entity.ts';

export interface ShownRow {
  row: EntityRow;
  /** It is no longer in the list, and fades. */
  gone: boolean;
}

export const asShown = (rows: readonly EntityRow[]): ShownRow[] => rows.map((row) => ({ row, gone: false }));

/**
 * The rows as they stood, with what is in them now: nothing moves. Rows that came are left out, rows that
 * went are marked. Where as many came as went, these may only have been pushed to the next page.
 */
export function holdRows(
  shown: readonly ShownRow[],
  rows: readonly EntityRow[],
): { shown: ShownRow[]; came: number; gone: number } {
  const now = new Map(rows.map((row) => [row.id, row]));
  const stood = new Set(shown.map(({ row }) => row.id));
  const came = rows.filter(({ id }) => !stood.has(id)).length;
  const missing = shown.filter(({ row }) => !now.has(row.id));
  const pushed = new Set(missing.slice(Math.max(0, missing.length - came)).map(({ row }) => row.id));
  const held = shown.map((before) => {
    const row = now.get(before.row.id);
    if (row) return row === before.row && !before.gone ? before : { row, gone: false };
    return { row: before.row, gone: !pushed.has(before.row.id) };
  });
  return { shown: held, came, gone: held.filter(({ gone }) => gone).length };
}

/** True when the same rows stand in the same order. */
export const sameOrder = (shown: readonly ShownRow[], rows: readonly EntityRow[]): boolean =>
  shown.length === rows.length && shown.every(({ row }, index) => row.id === rows[index]?.id);
