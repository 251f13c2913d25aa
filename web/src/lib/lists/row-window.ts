/** Rows drawn beyond what is in sight, on each side. */
const OVERSCAN = 4;

export interface Range {
  /** First row drawn, from 0. */
  start: number;
  /** The row after the last one drawn. */
  end: number;
}

/** The rows to draw: those in sight and some around, in steps, so that few scrolls change them. */
export function rowsInSight(top: number, height: number, rowHeight: number, total: number): Range {
  const first = Math.floor(Math.max(0, top) / rowHeight);
  const last = Math.ceil((Math.max(0, top) + height) / rowHeight);
  const start = Math.max(0, Math.floor(first / OVERSCAN) * OVERSCAN - OVERSCAN);
  return { start, end: Math.min(total, Math.ceil(last / OVERSCAN) * OVERSCAN + OVERSCAN) };
}

/** The pages that these rows are on. */
export function pagesOf({ start, end }: Range, pageSize: number): number[] {
  const first = Math.floor(start / pageSize);
  const last = Math.ceil(end / pageSize);
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
}

/** Where to scroll so that the row is in sight below a header; null when it is already. */
export function scrollToRow(
  index: number,
  { top, height, rowHeight, header }: { top: number; height: number; rowHeight: number; header: number },
): number | null {
  const start = index * rowHeight;
  if (start < top) return start;
  const end = start + rowHeight + header;
  return end > top + height ? end - height : null;
}
