import type { Filter } from './list.ts';

const startOfDay = (day: string): Date => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
};

const dayAfter = (start: Date): Date => new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1);

/** The times that a condition on days means, in the reader's zone: from `from` on, and before `before`. */
export function dayBounds(
  filter: Extract<Filter, { kind: 'between' | 'within' }>,
  now: number,
): { from: Date | null; before: Date | null } {
  if (filter.kind === 'within') {
    const today = new Date(now);
    const from = new Date(today.getFullYear(), today.getMonth(), today.getDate() - filter.days + 1);
    return { from, before: null };
  }
  return {
    from: filter.from === null ? null : startOfDay(filter.from),
    before: filter.to === null ? null : dayAfter(startOfDay(filter.to)),
  };
}
