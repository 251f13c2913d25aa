import { expect, test } from 'vitest';
import { headline, waiting } from './headline-words.ts';
import type { ReconcileProgress, SyncStatus } from './sync.ts';

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
    'a comparison that failed',
    { bases: [{ ...base, reconcile: { ...report, state: 'failed', identical: false } }] },
    'wait',
    'In step, but for a comparison that failed.',
  ],
  [
    'a comparison under way',
    { bases: [{ ...base, reconcile: { ...report, state: 'running', records: 1200 } }] },
    'info',
    'Base and mirror are being compared.',
  ],
])('%s → said in one sentence', (_, change, tone, title) => {
  expect(headline({ ...calm, ...change }, NOW)).toMatchObject({ tone, title });
});

test('what waits for somebody → all of it, each with its section', () => {
  expect(waiting(calm)).toEqual([]);
  expect(
    waiting({ ...calm, outbox: { parked: 2 }, dead_letters: 60, drift: 1 }).map(({ section, words }) => [
      section,
      words,
    ]),
  ).toEqual([
    ['Outbox', '2 changes that Airtable did not take'],
    ['Dead letters', '60 dead letters'],
    ['Drift', '1 field that is not followed any more'],
  ]);
});
