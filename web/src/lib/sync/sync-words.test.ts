import { expect, test } from 'vitest';
import type { Drift, ReconcileProgress, Run } from './sync.ts';
import { driftWords } from './drift-words.ts';
import { expiryWords, progressOf, reportWords, runWords } from './sync-words.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

const report: ReconcileProgress = {
  kind: 'reconcile',
  run_id: 'run',
  base_id: 'app',
  state: 'succeeded',
  reason: null,
  started_at: ago(13),
  finished_at: ago(12),
  error: null,
  records: 5000,
  expected: 5000,
  suspects: 0,
  missing: 0,
  extra: 0,
  different: 0,
  moving: 0,
  dead_letters: 0,
  identical: true,
  tables: [],
};
test('a comparison tells how far it is, and what it came to', () => {
  const running: ReconcileProgress = { ...report, state: 'running', records: 1200 };
  expect(progressOf(running)).toBe('1,200 of about 5,000 records');
  expect(progressOf({ ...running, records: 5000, suspects: 3 })).toContain(
    '3 records differ and are looked at again',
  );
  expect(reportWords(report)).toBe('5,000 records, identical');
  expect(reportWords({ ...report, identical: false, missing: 2, dead_letters: 1 })).toBe(
    '2 missing here, 1 dead letter',
  );
});

test.each<[Partial<Drift>, string, string]>([
  [{ kind: 'deleted' }, 'Urgency was deleted', 'Restore the field in Airtable'],
  [
    { kind: 'retyped', drift: 'The field was singleSelect and is number now' },
    'Urgency has another type',
    'its old type',
  ],
  [{ kind: 'choices', choices: ['Someday'] }, 'Urgency has a choice unknown here: “Someday”', 'dead letter'],
  [{ kind: 'renamed', renamed_from: 'How urgent' }, 'How urgent is called Urgency now', 'Nothing to do'],
])('drift %j → what happened, and what to do', (change, title, text) => {
  const drift: Drift = {
    table_name: 'signals',
    column_name: 'urgency',
    field_id: 'fld',
    field: 'Urgency',
    kind: 'deleted',
    drift: null,
    at: null,
    choices: [],
    renamed_from: null,
    ...change,
  };
  const words = driftWords(drift);
  expect(words.title).toBe(title);
  expect(words.text).toContain(text);
});

test.each<[Partial<Run>, string]>([
  [{ counts: { written: 3, refused: 1 } }, '3 records written, 1 refused'],
  [{ counts: { written: 1, refused: 0 } }, '1 record written'],
  [{ counts: {} }, 'Done'],
  [
    { state: 'failed', error: 'Airtable answered 503' },
    'Airtable has trouble of its own, and may be well again in a moment (503).',
  ],
])('a write-back %j → %s', (change, words) => {
  const run: Run = {
    id: 'run',
    kind: 'push',
    started_at: ago(1),
    finished_at: ago(1),
    state: 'succeeded',
    counts: {},
    error: null,
    progress: null,
    ...change,
  };
  expect(runWords(run)).toBe(words);
});

test.each([
  [1, 'expired'],
  [-90, 'in 2 h'],
  [-7 * 24 * 60 + 1, 'in 6 days'],
])('a webhook that expires %d minutes ago → %s', (minutes, words) => {
  expect(expiryWords(ago(minutes), NOW)).toBe(words);
});
