const RELATIVE = new Intl.RelativeTimeFormat('en', { style: 'short' });
/** "yesterday" reads better than "1 day ago"; "last wk" does not read better than "1 wk ago". */
const DAYS = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const NUMBER = new Intl.NumberFormat('en');

const STEPS = [
  [60, 'minute'],
  [60, 'hour'],
  [24, 'day'],
  [7, 'week'],
  [4.35, 'month'],
  [12, 'year'],
] as const;

/** "just now", "2 min. ago", "yesterday"; for screens that say the exact time on hover. */
export function relativeTime(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 45) return 'just now';
  let value = seconds;
  let unit: Intl.RelativeTimeFormatUnit = 'second';
  for (const [size, next] of STEPS) {
    if (value < size * 0.95) break;
    value /= size;
    unit = next;
  }
  return (unit === 'day' ? DAYS : RELATIVE).format(-Math.round(value), unit).replace('.', '');
}

/** The whole time, in the reader's zone. */
export const exactTime = (time: string | number): string => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : EXACT.format(date);
};

export const formatNumber = (value: number): string => NUMBER.format(value);

/** "240 ms", "1.4 s", "3 min". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
