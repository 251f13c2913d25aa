import type { ActivityLine } from './activity-line.ts';
import type { ActivityPage } from './activity-queries.ts';

/** The lines that the pages do not have yet. Numbers are given before the commit, so gaps fill up later. */
export function missingFrom(pages: readonly ActivityPage[], fresh: ActivityPage): ActivityLine[] {
  const known = new Set(pages.flatMap(({ lines }) => lines.map(({ id }) => id)));
  const oldest = pages.at(-1)?.lines.at(-1)?.id ?? 0;
  return fresh.lines.filter(({ id }) => !known.has(id) && id > oldest);
}

/** The pages with the newest lines in them; null when lines between are unknown. */
export function withNewest(
  pages: readonly ActivityPage[],
  fresh: ActivityPage,
  size: number,
): ActivityPage[] | null {
  const missing = missingFrom(pages, fresh);
  const [first, ...others] = pages;
  if (!first || (missing.length === size && first.lines.length > 0)) return null;
  const lines = [...missing, ...first.lines].sort((a, b) => b.id - a.id);
  return [{ lines, names: { ...first.names, ...fresh.names } }, ...others];
}
