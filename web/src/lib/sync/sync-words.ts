import type { Tone } from '../entities/words.ts';
import { formatNumber, relativeTime } from '../format.ts';
import type { ComparedTable, HookState, ReconcileProgress, Run, ScanProgress, SyncStatus } from './sync.ts';

export interface Sentence {
  tone: Tone;
  /** The state, in one sentence. */
  title: string;
  /** What to do, or what it means. */
  text: string;
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

export const differencesOf = ({ missing, extra, different }: ReconcileProgress): number =>
  missing + extra + different;

/** The state of the whole sync. What is worst is said. */
export function headline(status: SyncStatus, now: number): Sentence {
  const { webhooks, bases, alerts, dead_letters, outbox, drift } = status;
  const [alert] = alerts;
  if (alert)
    return {
      tone: alert.kind === 'pings' || alert.kind === 'lag' ? 'wait' : 'bad',
      title: `${alert.title}.`,
      text: alert.body,
    };
  const dead = webhooks.find(({ state }) => state === 'dead' || state === 'expired');
  if (dead)
    return {
      tone: 'bad',
      title: 'A webhook is dead.',
      text: dead.trouble ?? 'It has expired. Look again to have it made anew.',
    };
  if (webhooks.length === 0)
    return {
      tone: 'bad',
      title: 'No base is connected.',
      text: 'Run npm run airtable:connect, and its records come.',
    };

  const compared = bases.flatMap(({ reconcile }) => reconcile ?? []);
  const scans = bases.flatMap(({ scan }) => scan ?? []);
  const scanning = scans.find(({ state }) => state === 'running');
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
  const parked = outbox.parked ?? 0;
  if (parked > 0)
    return {
      tone: 'wait',
      title: `In step, but for ${plural(parked, 'change')} that Airtable did not take.`,
      text: `The outbox below says why. Send ${parked === 1 ? 'it' : 'them'} again, or discard. ${proof}`,
    };
  if (dead_letters > 0)
    return {
      tone: 'wait',
      title: `In step, but for ${plural(dead_letters, 'dead letter')}.`,
      text: `${dead_letters === 1 ? 'It waits' : 'They wait'} below for somebody to mend ${dead_letters === 1 ? 'it' : 'them'}. ${proof}`,
    };
  if (drift > 0)
    return {
      tone: 'wait',
      title: `In step, but for ${plural(drift, 'field')} that ${drift === 1 ? 'is' : 'are'} not followed any more.`,
      text: `Drift below says which, and how to mend it. ${proof}`,
    };
  return {
    tone: 'good',
    title: `In step. ${proof}`,
    text: 'Every change in Airtable arrives by itself. Each night both sides are compared.',
  };
}

/** "1,200 of about 5,000 records, 12 s left" */
export function progressOf(progress: ScanProgress | ReconcileProgress): string {
  const { records, expected } = progress;
  if (progress.kind === 'reconcile' && records >= expected && progress.suspects > 0)
    return `${plural(progress.suspects, 'record')} ${progress.suspects === 1 ? 'differs' : 'differ'} and ${progress.suspects === 1 ? 'is' : 'are'} looked at again: an edit may be on its way.`;
  const done =
    expected > records
      ? `${formatNumber(records)} of about ${plural(expected, 'record')}`
      : plural(records, 'record');
  const left =
    progress.kind === undefined && progress.estimate_seconds ? `, ${progress.estimate_seconds} s left` : '';
  return `${done}${left}`;
}

export const HOOK_STATES: Record<HookState, { label: string; tone: Tone; about: string }> = {
  live: { label: 'Live', tone: 'good', about: 'Airtable pings with every change.' },
  silent: { label: 'No pings', tone: 'wait', about: 'Changes are found every half minute, without a ping.' },
  expired: { label: 'Expired', tone: 'bad', about: 'Airtable records nothing for it any more.' },
  dead: { label: 'Dead', tone: 'bad', about: 'Airtable records nothing for it any more.' },
};

const KINDS: Record<Run['kind'], string> = {
  drain: 'Changes',
  backfill: 'Full read',
  reconcile: 'Comparison',
  push: 'Write-back',
  automation: 'Automation',
};
export const runName = ({ kind }: Pick<Run, 'kind'>): string => KINDS[kind];

/** What a run did, in words. */
export function runWords({ kind, state, counts, error, progress }: Run): string {
  if (error) return error;
  const number = (key: string): number => (typeof counts[key] === 'number' ? counts[key] : 0);
  if (progress && state === 'running') return progressOf(progress);
  if (progress?.kind === 'reconcile') return reportWords(progress);
  if (kind === 'backfill')
    return `${plural(number('records'), 'record')} read, ${formatNumber(number('written'))} written, ${formatNumber(number('deleted'))} removed`;
  if (kind === 'drain')
    return `${plural(number('payloads'), 'change')} in the log, ${plural(number('rows'), 'row')} written`;
  if (state === 'running') return 'Under way';
  return state === 'continued' ? 'Another run goes on' : 'Done';
}

/** What a comparison came to. */
export function reportWords(report: ReconcileProgress): string {
  if (report.identical) return `${plural(report.records, 'record')}, identical`;
  const parts = [
    report.missing && `${formatNumber(report.missing)} missing here`,
    report.extra && `${formatNumber(report.extra)} too many here`,
    report.different && `${formatNumber(report.different)} different`,
    report.dead_letters && plural(report.dead_letters, 'dead letter'),
    report.moving && `${formatNumber(report.moving)} that would not hold still`,
  ].filter((part) => typeof part === 'string');
  return parts.length ? parts.join(', ') : `${plural(report.records, 'record')} compared`;
}

/** Whether the hashes of both sides agree, for one table. */
export function tableWords(table: ComparedTable): string {
  if (table.state === 'failed') return table.error ?? 'Could not be read';
  if (table.state === 'reading') return table.records ? `${plural(table.records, 'record')} so far` : 'Waits';
  if (table.state === 'settling') return 'Looked at again';
  return table.base_hash === table.mirror_hash ? 'Same hash' : 'Differs';
}
