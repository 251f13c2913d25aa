import type { EntityRow } from '../entities/entity.ts';
import { formatDuration } from '../format.ts';
import type { Arrival } from './arrivals.ts';

/** One stop on the way of a change to this screen. */
export interface FreshnessStep {
  label: string;
  /** Time of day in the reader's zone, with the day where it is another. */
  at: string;
  /** "+180 ms": since the stop before; empty for the first. */
  after: string;
  ms: number;
}

const TIME = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });

/** Longer ago than this and it was no journey: the change is of another time. */
const JOURNEY_MAX_MS = 10 * 60_000;

/** The stops that are known, in their order. A clock that is behind another's gives 0, not less. */
export function freshnessSteps(
  { airtable_edited_at, received_at, updated_at }: EntityRow,
  arrival: Arrival | null,
  now = Date.now(),
): FreshnessStep[] {
  const isHere = arrival !== null && !arrival.fromAirtable;
  const stops: [label: string, ms: number][] = [
    ['Edited in Airtable', isHere ? Number.NaN : Date.parse(airtable_edited_at ?? '')],
    ['Received', isHere ? Number.NaN : Date.parse(received_at ?? '')],
    [isHere ? 'Saved here' : 'Saved', arrival ? Date.parse(arrival.at) : Date.parse(updated_at)],
    ['On your screen', arrival?.shown ?? Number.NaN],
  ];
  const known = stops.filter(([, ms]) => Number.isFinite(ms));
  return known.map(([label, ms], index) => {
    const before = known[index - 1]?.[1];
    const passed = before === undefined ? undefined : Math.max(0, ms - before);
    const isJourney = passed !== undefined && passed < JOURNEY_MAX_MS;
    return { label, at: timeOf(ms, now), after: isJourney ? `+${formatDuration(passed)}` : '', ms };
  });
}

/** "Edited 4:02:11 PM in Airtable, on your screen 180 ms later". */
export function summarise(steps: readonly FreshnessStep[]): string {
  const edited = steps.find(({ label }) => label === 'Edited in Airtable');
  const saved = steps.find(({ label }) => label.startsWith('Saved'));
  const shown = steps.find(({ label }) => label === 'On your screen');
  const received = steps.find(({ label }) => label === 'Received');
  const later = (from: FreshnessStep, to: FreshnessStep) => formatDuration(Math.max(0, to.ms - from.ms));
  // An edit made here has no new time in Airtable.
  const began = edited && saved && saved.ms - edited.ms > JOURNEY_MAX_MS ? saved : (edited ?? saved);
  if (!began) return 'Not edited yet';
  const verb = began === edited ? `Edited ${began.at} in Airtable` : `Changed here ${began.at}`;
  if (shown) return `${verb}, on your screen ${later(began, shown)} later`;
  return began === edited && received && received.ms - began.ms < JOURNEY_MAX_MS
    ? `${verb}, received ${later(began, received)} later`
    : verb;
}

function timeOf(ms: number, now: number): string {
  const time = TIME.format(ms);
  return new Date(ms).toDateString() === new Date(now).toDateString() ? time : `${DAY.format(ms)}, ${time}`;
}
