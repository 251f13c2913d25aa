import { expect, test } from 'vitest';
import type { Drift, ReconcileProgress, SyncStatus } from './sync.ts';
import { driftWords } from './drift-words.ts';
import { headline, progressOf, reportWords } from './sync-words.ts';

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
const base = {
  base_id: 'app',
  calls_last_second: 0,
  paused_until: null,
  scan: null,
  reconcile: report,
  identical_at: ago(12),
};
const hook = {
  id: 'ach',
  base_id: 'app',
  state: 'live',
  trouble: null,
  trouble_since: null,
  created_at: ago(600),
  expires_at: null,
  cursor: 12,
  last_ping_at: null,
  last_payload_at: null,
  last_drained_at: null,
  lag_ms: null,
} as const;
const calm: SyncStatus = {
  kind: 'status',
  at: ago(0),
  webhooks: [hook],
  bases: [base],
  dead_letters: 0,
  outbox: {},
  drift: 0,
  alerts: [],
};

test.each<[string, Partial<SyncStatus>, string, string]>([
  ['all is well', {}, 'good', 'In step. Proven identical 12 min ago.'],
  [
    'never compared',
    { bases: [{ ...base, identical_at: null, reconcile: null }] },
    'good',
    'In step. Not compared yet.',
  ],
  ['no webhook', { webhooks: [] }, 'bad', 'No base is connected.'],
  [
    'a dead webhook',
    { webhooks: [{ ...hook, state: 'dead', trouble: 'It died.' }] },
    'bad',
    'A webhook is dead.',
  ],
  [
    'an alert',
    {
      alerts: [
        { kind: 'pings', subject: 'ach', title: 'Airtable’s pings have stopped', body: '…', since: ago(1) },
      ],
    },
    'wait',
    'Airtable’s pings have stopped.',
  ],
  [
    'differences',
    { bases: [{ ...base, reconcile: { ...report, identical: false, missing: 2, different: 1 } }] },
    'wait',
    'Not in step: 3 records differ.',
  ],
  ['one dead letter', { dead_letters: 1 }, 'wait', 'In step, but for 1 dead letter.'],
  [
    'a parked change',
    { outbox: { parked: 1, pending: 3 } },
    'wait',
    'In step, but for 1 change that Airtable did not take.',
  ],
  ['drift', { drift: 2 }, 'wait', 'In step, but for 2 fields that are not followed any more.'],
  [
    'a comparison under way',
    { bases: [{ ...base, reconcile: { ...report, state: 'running', records: 1200 } }] },
    'info',
    'Base and mirror are being compared.',
  ],
])('%s → said in one sentence', (_, change, tone, title) => {
  expect(headline({ ...calm, ...change }, NOW)).toMatchObject({ tone, title });
});

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
