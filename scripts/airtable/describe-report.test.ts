import { expect, test } from 'vitest';
import type { ReconcileProgress, ReconcileTable } from '../../edge-functions/airtable/reconcile-store.ts';
import { describeReconcileProgress, describeReport } from './describe-report.ts';

const table: ReconcileTable = {
  table: 'signals',
  state: 'done',
  records: 4500,
  missing: 0,
  extra: 0,
  different: 0,
  moving: 0,
  dead_letters: 0,
  skipped: [],
  base_hash: 'a1',
  mirror_hash: 'a1',
  error: null,
};
const identical: ReconcileProgress = {
  run_id: '7f0c6b1e-53c2-4c07-9c37-0b8f2f3c9a10',
  kind: 'reconcile',
  state: 'succeeded',
  reason: 'asked',
  started_at: '2026-11-24T03:00:00Z',
  finished_at: '2026-11-24T03:01:00Z',
  error: null,
  records: 4500,
  expected: 4500,
  suspects: 0,
  missing: 0,
  extra: 0,
  different: 0,
  moving: 0,
  dead_letters: 0,
  identical: true,
  tables: [table],
};

test('both sides the same → said so', () => {
  expect(describeReport(identical, [])).toEqual(['  signals: 4,500 records, the same', 'Identical.']);
});

test('differences → by table, with samples and how many more', () => {
  const report = {
    ...identical,
    identical: false,
    missing: 2,
    different: 1,
    dead_letters: 1,
    tables: [{ ...table, missing: 2, different: 1, skipped: ['urgency'] }],
  };
  expect(
    describeReport(report, [
      {
        table_name: 'signals',
        record_id: 'recOne',
        kind: 'different',
        columns: { title: { base: 'A', mirror: null } },
      },
    ]),
  ).toEqual([
    '! signals: 4,500 records, 2 missing here, 1 different (without urgency: not followed any more)',
    '    signals recOne differs: title is "A" in Airtable and empty here',
    '    and 2 more',
    '! 1 dead letters are open. npm run airtable:status says which and why.',
    'Not in step.',
  ]);
});

test('under way → how far it is', () => {
  expect(describeReconcileProgress({ ...identical, records: 1200 })).toBe('1,200 of about 4,500 records');
  expect(describeReconcileProgress({ ...identical, suspects: 3 })).toContain(
    '3 differ and are looked at again',
  );
});
