import type { Tone } from '../entities/words.ts';
import { formatNumber } from '../format.ts';
import { airtableWords } from './airtable-words.ts';
import type { ComparedTable, HookState, ReconcileProgress, Run, ScanProgress } from './sync.ts';

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

export const differencesOf = ({ missing, extra, different }: ReconcileProgress): number =>
  missing + extra + different;

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

/** "in 30 h", "in 6 days" */
export function expiryWords(expires: string, now: number): string {
  const hours = (Date.parse(expires) - now) / 3_600_000;
  if (hours < 0) return 'expired';
  return hours < 48 ? `in ${Math.ceil(hours)} h` : `in ${Math.floor(hours / 24)} days`;
}

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
  if (error) return airtableWords(error);
  const number = (key: string): number => (typeof counts[key] === 'number' ? counts[key] : 0);
  if (progress && state === 'running') return progressOf(progress);
  if (progress?.kind === 'reconcile') return reportWords(progress);
  if (kind === 'backfill')
    return `${plural(number('records'), 'record')} read, ${formatNumber(number('written'))} written, ${formatNumber(number('deleted'))} removed`;
  if (kind === 'drain')
    return `${plural(number('payloads'), 'change')} in the log, ${plural(number('rows'), 'row')} written`;
  if (kind === 'push' && state !== 'running' && number('written') + number('refused') > 0)
    return `${plural(number('written'), 'record')} written${number('refused') ? `, ${formatNumber(number('refused'))} refused` : ''}`;
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
  if (table.state === 'failed') return table.error ? airtableWords(table.error) : 'Could not be read';
  if (table.state === 'reading') return table.records ? `${plural(table.records, 'record')} so far` : 'Waits';
  if (table.state === 'settling') return 'Looked at again';
  return table.base_hash === table.mirror_hash ? 'Same hash' : 'Differs';
}
