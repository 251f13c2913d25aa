import type { PoolRow } from './portal-rows.ts';

export interface HeldPool {
  shown: { row: PoolRow; gone: boolean }[];
  /** How many wait until the reader asks for them. */
  waiting: number;
}

/**
 * The pool as its reader has it before their eyes: rows are kept where they stand and show what is in them
 * now; one that left is marked; those that came wait.
 */
export function holdPool(before: HeldPool['shown'], rows: readonly PoolRow[]): HeldPool {
  const now = new Map(rows.map((row) => [row.id, row]));
  const stood = new Set(before.map(({ row }) => row.id));
  const shown = before.map(({ row }) => ({ row: now.get(row.id) ?? row, gone: !now.has(row.id) }));
  return { shown, waiting: rows.filter(({ id }) => !stood.has(id)).length };
}

export const takePool = (rows: readonly PoolRow[]): HeldPool => ({
  shown: rows.map((row) => ({ row, gone: false })),
  waiting: 0,
});
