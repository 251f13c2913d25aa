import type { ActivityLine } from './activity-line.ts';
import type { ActivityPage } from './activity-page.ts';

const isNoted = ({ id }: ActivityLine) => id >= 0;

/** The database's lines that the pages do not have yet. Numbers are given before the commit, so gaps fill up later. */
export function missingFrom(pages: readonly ActivityPage[], fresh: ActivityPage): ActivityLine[] {
  const noted = pages.flatMap(({ lines }) => lines.filter(isNoted));
  const known = new Set(noted.map(({ id }) => id));
  const oldest = noted.at(-1)?.id ?? 0;
  return fresh.lines.filter(({ id }) => !known.has(id) && id > oldest);
}

/** The pages with the newest lines in them, in the place of those that messages made; null when lines between are unknown. */
export function withNewest(
  pages: readonly ActivityPage[],
  fresh: ActivityPage,
  size: number,
): ActivityPage[] | null {
  const missing = missingFrom(pages, fresh);
  const [first, ...others] = pages;
  const noted = first?.lines.filter(isNoted);
  if (!first || !noted || (missing.length === size && noted.length > 0)) return null;
  const lines = [...missing, ...noted].sort((a, b) => b.id - a.id);
  return [{ lines, names: { ...first.names, ...fresh.names } }, ...others];
}

/** Lines that messages made, of which the database may say more. */
export const toldIn = (pages: readonly ActivityPage[]): ActivityLine[] =>
  pages[0]?.lines.filter((line) => !isNoted(line)) ?? [];
