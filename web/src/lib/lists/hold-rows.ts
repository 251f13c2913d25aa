import type { EntityRow } from '../entities/entity.ts';

export interface ShownRow {
  row: EntityRow;
  /** It is no longer in the list, and fades. */
  gone: boolean;
}

export const asShown = (rows: readonly EntityRow[]): ShownRow[] => rows.map((row) => ({ row, gone: false }));

/**
 * The rows as they stood, with what is in them now: nothing moves. Rows that came are left out, rows that
 * went are marked. At its ends a page gives rows to its neighbours: as many as came above may have been pushed to the
 * next page, and as many as moved up from there may themselves have moved up to the page before, where there is one.
 * @returns with `came`, how many came above the last row that stayed
 */
export function holdRows(
  shown: readonly ShownRow[],
  rows: readonly EntityRow[],
  isFirstPage: boolean,
): { shown: ShownRow[]; came: number; gone: number } {
  const now = new Map(rows.map((row) => [row.id, row]));
  const stood = new Set(shown.map(({ row }) => row.id));
  const stayed = rows.filter(({ id }) => stood.has(id)).length;
  const movedUp = stayed ? rows.length - 1 - rows.findLastIndex(({ id }) => stood.has(id)) : 0;
  const came = rows.length - stayed - movedUp;
  const missingAtStart = shown.slice(
    0,
    Math.max(
      0,
      shown.findIndex(({ row }) => now.has(row.id)),
    ),
  );
  const missingAtEnd = shown.slice(shown.findLastIndex(({ row }) => now.has(row.id)) + 1);
  const elsewhere = new Set(
    [
      ...(isFirstPage ? [] : missingAtStart.slice(0, movedUp)),
      ...missingAtEnd.slice(Math.max(0, missingAtEnd.length - came)),
    ].map(({ row }) => row.id),
  );
  const held = shown.map((before) => {
    const row = now.get(before.row.id);
    if (row) return row === before.row && !before.gone ? before : { row, gone: false };
    return { row: before.row, gone: !elsewhere.has(before.row.id) };
  });
  return { shown: held, came, gone: held.filter(({ gone }) => gone).length };
}

/** True when the same rows stand in the same order. */
export const sameOrder = (shown: readonly ShownRow[], rows: readonly EntityRow[]): boolean =>
  shown.length === rows.length && shown.every(({ row }, index) => row.id === rows[index]?.id);
