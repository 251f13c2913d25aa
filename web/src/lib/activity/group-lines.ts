import type { ActivityLine } from './activity-line.ts';

/** The same change made to several rows at once: one sentence. */
export interface Deed {
  /** The newest of them. */
  line: ActivityLine;
  lines: ActivityLine[];
}

/** Neighbours of one transaction that say the same of other rows of the same kind are one deed. */
export function groupLines(lines: readonly ActivityLine[]): Deed[] {
  const deeds: Deed[] = [];
  for (const line of lines) {
    const last = deeds.at(-1);
    if (last && sameDeed(last.line, line)) last.lines.push(line);
    else deeds.push({ line, lines: [line] });
  }
  return deeds;
}

const sameDeed = (a: ActivityLine, b: ActivityLine): boolean =>
  a.at === b.at &&
  a.entity === b.entity &&
  a.action === b.action &&
  a.actor === b.actor &&
  a.source === b.source &&
  target(a) === target(b);

/** What the rows became; what they were may differ. */
const target = ({ changes }: ActivityLine) =>
  JSON.stringify(Object.entries(changes).map(([column, [, after]]) => [column, after]));
