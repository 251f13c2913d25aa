import type { Tone } from '../entities/words.ts';
import { formatDuration, formatNumber } from '../format.ts';
import type { Canary, CanaryRound, Proof } from './canary.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** A round may take two minutes, and begins up to half a minute late; then something is wrong, whoever could tell it. */
const LATE_MS = 4 * MINUTE_MS;

const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });

export interface ProofWords {
  state: 'proven' | 'waiting' | 'unproven';
  /** After "Live, ". */
  text: string;
}

/** What the badge adds to "Live"; null while no canary is switched on. */
export function proofWords(proof: Proof | null | undefined, now: number): ProofWords | null {
  if (!proof?.on) return null;
  const proven = Date.parse(proof.proven_at ?? '');
  const due = (proof.every_minutes ?? 0) * MINUTE_MS + LATE_MS;
  const isLate = now > (proof.proven_at ? proven : Date.parse(proof.on_since ?? '')) + due;
  if (proof.failing_since || isLate)
    return {
      state: 'unproven',
      text: proof.proven_at ? `not proven since ${clockWords(proven, now)}` : 'not proven yet',
    };
  if (!proof.proven_at) return { state: 'waiting', text: 'first proof on its way' };
  return { state: 'proven', text: `proven ${ageWords(now - proven)} ago` };
}

/** "12 s", "3 min", "5 h": one unit, always rounded down. */
export function ageWords(ms: number): string {
  // Two clocks are seldom the same.
  const age = Math.max(0, ms);
  if (age < MINUTE_MS) return `${Math.floor(age / SECOND_MS)} s`;
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`;
  return `${Math.floor(age / HOUR_MS)} h`;
}

/** "14:02" of today, "Nov 3, 14:02" of another day. */
function clockWords(time: number, now: number): string {
  const isToday = new Date(time).toDateString() === new Date(now).toDateString();
  return isToday ? CLOCK.format(time) : `${DAY.format(time)}, ${CLOCK.format(time)}`;
}

const CALLS_A_ROUND = 2;
const MINUTES_A_MONTH = 30 * 24 * 60;

/** How often Airtable is called in a month: each round is one write and one read of the log. */
export const callsAMonth = (everyMinutes: number): number => (MINUTES_A_MONTH / everyMinutes) * CALLS_A_ROUND;

/** "About 17,300 API calls a month". */
export const costWords = (everyMinutes: number): string =>
  `About ${formatNumber(Math.round(callsAMonth(everyMinutes) / 100) * 100)} API calls a month`;

/** How a canary is, in a word. */
export function canaryState({ is_on, error, under_way, proven_at }: Canary): { label: string; tone: Tone } {
  if (!is_on) return { label: 'Off', tone: 'calm' };
  if (error) return { label: 'Not proven', tone: 'wait' };
  if (under_way) return { label: 'Under way', tone: 'info' };
  return proven_at ? { label: 'Proven', tone: 'good' } : { label: 'Waits', tone: 'info' };
}

export const roundWords = ({ round_trip_ms, error }: CanaryRound): string =>
  round_trip_ms === null ? (error ?? 'It did not come back') : formatDuration(round_trip_ms);
