import type { ReconcileProgress } from '../../edge-functions/airtable/reconcile-store.ts';

export interface ReportedDifference {
  table_name: string;
  record_id: string;
  kind: 'missing' | 'extra' | 'different';
  columns: Record<string, { base: unknown; mirror: unknown }>;
}

const number = (value: number | null): string => (value ?? 0).toLocaleString('en-US');

/** "1,200 of about 5,000 records"; then how many are looked at again. */
export function describeReconcileProgress({ records, expected, suspects }: ReconcileProgress): string {
  if (records < expected) return `${number(records)} of about ${number(expected)} records`;
  if (suspects > 0) return `${number(records)} records; ${number(suspects)} differ and are looked at again`;
  return `${number(records)} records`;
}

export const differencesIn = ({ missing, extra, different }: ReconcileProgress): number =>
  missing + extra + different;

/** Lines for a terminal. `samples`: the first differences. */
export function describeReport(report: ReconcileProgress, samples: readonly ReportedDifference[]): string[] {
  const lines = report.tables.map(({ table, records, missing, extra, different, skipped, error }) => {
    if (error !== null) return `! ${table}: ${error}`;
    const found = [
      missing ? `${number(missing)} missing here` : '',
      extra ? `${number(extra)} too many here` : '',
      different ? `${number(different)} different` : '',
    ].filter(Boolean);
    const without = skipped?.length ? ` (without ${skipped.join(', ')}: not followed any more)` : '';
    return `${found.length ? '!' : ' '} ${table}: ${number(records)} records, ${found.join(', ') || 'the same'}${without}`;
  });
  for (const sample of samples) lines.push(`    ${describeDifference(sample)}`);
  const left = differencesIn(report) - samples.length;
  if (samples.length > 0 && left > 0) lines.push(`    and ${number(left)} more`);
  if (report.dead_letters > 0)
    lines.push(
      `! ${number(report.dead_letters)} dead letters are open. npm run airtable:status says which and why.`,
    );
  if (report.moving > 0)
    lines.push(
      `! ${number(report.moving)} records would not hold still. Compare again when less is going on.`,
    );
  lines.push(
    report.identical ? 'Identical.' : differencesIn(report) > 0 ? 'Not in step.' : 'Nothing differs.',
  );
  return lines;
}

const KINDS = { missing: 'is missing here', extra: 'is not in Airtable', different: 'differs' } as const;

function describeDifference({ table_name, record_id, kind, columns }: ReportedDifference): string {
  const cells = Object.entries(columns).map(
    ([column, { base, mirror }]) => `${column} is ${shown(base)} in Airtable and ${shown(mirror)} here`,
  );
  return `${table_name} ${record_id} ${KINDS[kind]}${cells.length ? `: ${cells.join('; ')}` : ''}`;
}

const SHOWN_CHARACTERS = 60;

function shown(value: unknown): string {
  const text = value === null || value === undefined ? 'empty' : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
