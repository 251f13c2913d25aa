import type { Tone } from '../entities/words.ts';
import { relativeTime } from '../format.ts';
import type { Alert, SyncStatus } from './sync.ts';
import { differencesOf, plural, progressOf } from './sync-words.ts';

export interface Sentence {
  tone: Tone;
  /** The state, in one sentence. */
  title: string;
  /** What to do, or what it means. */
  text: string;
}

/** Something that waits for somebody, and in which section of the page. */
export interface Waiting {
  section: string;
  words: string;
  text: string;
}

const REPAIR =
  'What changes in Airtable does not come by itself until it is repaired, below. Nothing is lost: then everything is read again.';

/** What comes late, or is not proven, is not lost. */
const WAITING: readonly Alert['kind'][] = ['pings', 'lag', 'canary'];

/** The state of the whole sync. What is worst is said. */
export function headline(status: SyncStatus, now: number): Sentence {
  const { webhooks, bases, alerts } = status;
  const [alert] = alerts;
  if (alert)
    return {
      tone: WAITING.includes(alert.kind) ? 'wait' : 'bad',
      title: `${alert.title}.`,
      text: alert.kind === 'webhook' ? REPAIR : alert.body,
    };
  if (webhooks.some(({ state }) => state === 'dead' || state === 'expired'))
    return { tone: 'bad', title: 'A webhook is dead.', text: REPAIR };
  if (webhooks.length === 0)
    return {
      tone: 'bad',
      title: 'No base is connected.',
      text: 'Run npm run airtable:connect, and its records come.',
    };

  const compared = bases.flatMap(({ reconcile }) => reconcile ?? []);
  const scanning = bases.flatMap(({ scan }) => scan ?? []).find(({ state }) => state === 'running');
  if (scanning) return { tone: 'info', title: 'The whole base is being read.', text: progressOf(scanning) };
  const comparing = compared.find(({ state }) => state === 'running');
  if (comparing)
    return { tone: 'info', title: 'Base and mirror are being compared.', text: progressOf(comparing) };

  const found = compared.filter((report) => differencesOf(report) > 0);
  const count = found.reduce((sum, report) => sum + differencesOf(report), 0);
  if (count > 0)
    return {
      tone: 'wait',
      title: `Not in step: ${plural(count, 'record')} ${count === 1 ? 'differs' : 'differ'}.`,
      text: `Found ${relativeTime(found[0]?.finished_at ?? status.at, now)}. Repair them below, and they are compared again.`,
    };
  const identical = bases.map(({ identical_at }) => identical_at).sort()[0];
  const last = compared[0]?.finished_at;
  const proof = identical
    ? `Proven identical ${relativeTime(identical, now)}.`
    : last
      ? `Compared ${relativeTime(last, now)}.`
      : 'Not compared yet.';
  const [first] = waiting(status);
  if (first)
    return { tone: 'wait', title: `In step, but for ${first.words}.`, text: `${first.text} ${proof}` };
  return {
    tone: 'good',
    title: `In step. ${proof}`,
    text: 'Every change in Airtable arrives by itself. Each night both sides are compared.',
  };
}

/** What waits for somebody, the most urgent first. */
export function waiting({ outbox, dead_letters, drift, bases }: SyncStatus): Waiting[] {
  const parked = outbox.parked ?? 0;
  const found: Waiting[] = [];
  if (parked > 0)
    found.push({
      section: 'Outbox',
      words: `${plural(parked, 'change')} that Airtable did not take`,
      text: `The outbox below says why. Send ${parked === 1 ? 'it' : 'them'} again, or discard.`,
    });
  if (dead_letters > 0)
    found.push({
      section: 'Dead letters',
      words: plural(dead_letters, 'dead letter'),
      text: `${dead_letters === 1 ? 'It waits' : 'They wait'} below for somebody to mend ${dead_letters === 1 ? 'it' : 'them'}.`,
    });
  if (bases.some(({ reconcile }) => reconcile?.state === 'failed'))
    found.push({
      section: 'Comparison',
      words: 'a comparison that failed',
      text: 'Below stands why. Compare again when that is mended.',
    });
  if (drift > 0)
    found.push({
      section: 'Drift',
      words: `${plural(drift, 'field')} that ${drift === 1 ? 'is' : 'are'} not followed any more`,
      text: 'Drift below says which, and how to mend it.',
    });
  return found;
}
