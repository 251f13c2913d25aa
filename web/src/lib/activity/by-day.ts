import type { Deed } from './group-lines.ts';

const DAY = new Intl.DateTimeFormat('en', { weekday: 'short', month: 'short', day: 'numeric' });
const DAY_MS = 86_400_000;

/** Deeds under the day they were done on, in the reader's zone: "Today", "Yesterday", "Mon, Nov 16". */
export function byDay(deeds: readonly Deed[], now: number): { day: string; deeds: Deed[] }[] {
  const name = (time: number) => DAY.format(time);
  const [today, yesterday] = [name(now), name(now - DAY_MS)];
  const groups = Map.groupBy(deeds, ({ line }) => name(Date.parse(line.at)));
  return [...groups].map(([day, some]) => ({
    day: day === today ? 'Today' : day === yesterday ? 'Yesterday' : day,
    deeds: some,
  }));
}
