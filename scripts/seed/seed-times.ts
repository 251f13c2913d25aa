import type { Random } from './random.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** When the data set ends as it is generated: no clock is read, so that every run gives the same file. */
export const SEED_END_MS = Date.UTC(2026, 10, 20, 17);

/**
 * A time of the data set as it is on `nowMs`: moved by whole days such that the set ended within the last 24 hours, and
 * a newcomer's charts are full. `private.seed_time` in `seed.sql` says the same.
 */
export function seedTime(time: string, nowMs: number): string {
  const days = Math.floor((nowMs - SEED_END_MS) / DAY_MS);
  return iso(Date.parse(time) + days * DAY_MS);
}

/** `days` before the end of the data set, in epoch milliseconds. */
export function daysBeforeEnd(days: number): number {
  return SEED_END_MS - days * DAY_MS;
}

/** A moment of a working day in (from, to], as epoch milliseconds; `to` itself where the span is too short. */
export function workingMoment(random: Random, fromMs: number, toMs: number): number {
  for (let attempt = 0; attempt < 20; attempt++) {
    const day = Math.floor((fromMs + random.next() * (toMs - fromMs)) / DAY_MS) * DAY_MS;
    const moment = day + 13 * HOUR_MS + Math.floor((random.next() * 10 * HOUR_MS) / 1000) * 1000;
    const weekday = new Date(moment).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && moment > fromMs && moment <= toMs) return moment;
  }
  return toMs;
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
