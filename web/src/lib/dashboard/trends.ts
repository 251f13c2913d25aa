import type { TrendDay } from '../../../../supabase/types/realtime.ts';

export type Measure = Exclude<keyof TrendDay, 'day'>;

/** How many days a curve may show. */
export const TREND_RANGES = [30, 90] as const;
export type TrendRange = (typeof TREND_RANGES)[number];

/** From the address of the dashboard; what is not offered is the shortest. */
export const readRange = (params: Pick<URLSearchParams, 'get'>): TrendRange =>
  TREND_RANGES.find((days) => String(days) === params.get('days')) ?? 30;

export interface Trend {
  days: { day: string; count: number }[];
  total: number;
  /** The sum of as many days before. */
  before: number;
  today: number;
}

export function trendOf(days: readonly TrendDay[], measure: Measure, range: TrendRange): Trend {
  const counts = days.map((day) => ({ day: day.day, count: day[measure] }));
  const shown = counts.slice(-range);
  const sum = (some: typeof counts) => some.reduce((total, { count }) => total + count, 0);
  return {
    days: shown,
    total: sum(shown),
    before: sum(counts.slice(0, -range)),
    today: shown.at(-1)?.count ?? 0,
  };
}

/** "4 more than the 30 days before". */
export function compareWords({ total, before }: Trend, range: TrendRange): string {
  const more = total - before;
  if (more === 0) return `As many as the ${range} days before`;
  return `${Math.abs(more)} ${more > 0 ? 'more' : 'fewer'} than the ${range} days before`;
}

const SHORT = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });
const LONG = new Intl.DateTimeFormat('en', {
  weekday: 'short',
  month: 'short',
  day: 'numeric',
  timeZone: 'UTC',
});

/** A day of the counts is a date of UTC: "Nov 3". */
export const shortDay = (day: string): string => SHORT.format(Date.parse(day));
/** "Tue, Nov 3". */
export const longDay = (day: string): string => LONG.format(Date.parse(day));
