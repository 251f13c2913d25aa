import { expect, test } from 'vitest';
import { describeStatus, type AirtableStatus } from './read-status.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

const calm: AirtableStatus = {
  webhooks: [
    {
      id: 'achOne',
      base_id: 'appOne',
      cursor: '12',
      expires_at: at(6 * 24 * 60),
      last_ping_at: at(-2),
      last_drained_at: null,
      draining: false,
    },
  ],
  drift: [],
  deadLetters: { open: 0, newest: [] },
  runs: [{ kind: 'drain', state: 'succeeded', started_at: at(-1), finished_at: at(-1), error: null }],
};

test('a mirror that is well → no trouble, times in words', () => {
  const { lines, trouble } = describeStatus(calm, NOW);
  expect(trouble).toBe(false);
  expect(lines.join('\n')).toContain('next payload 12, last ping 2 min ago, drained never');
  expect(lines.join('\n')).toContain('expires in 6 d');
});

test.each<[string, Partial<AirtableStatus>, string]>([
  ['no webhook', { webhooks: [] }, 'No base is connected'],
  ['an expired webhook', { webhooks: [{ ...calm.webhooks[0]!, expires_at: at(-120) }] }, 'expired 2 h ago'],
  [
    'a field that is gone',
    {
      drift: [
        { table_name: 'signals', column_name: 'urgency', drift: 'The field was deleted', drifted_at: at(-1) },
      ],
    },
    'signals.urgency is not followed any more since 1 min ago: The field was deleted',
  ],
  [
    'a dead letter',
    {
      deadLetters: {
        open: 1,
        newest: [
          { record_id: 'recOne', table_name: 'signals', reason: 'no such choice', created_at: at(-3) },
        ],
      },
    },
    'signals recOne, 3 min ago: no such choice',
  ],
  [
    'a canary that did not come back',
    {
      canaries: [
        { base_id: 'appOne', proven_at: at(-9), round_trip_ms: 840, trouble: 'It did not come back' },
      ],
    },
    'canary of appOne, proven 9 min ago: It did not come back',
  ],
  [
    'a run that failed',
    {
      runs: [
        { kind: 'backfill', state: 'failed', started_at: at(-5), finished_at: at(-4), error: 'no such base' },
      ],
    },
    'last backfill 5 min ago: failed, no such base',
  ],
])('%s → trouble, said in words', (_, change, words) => {
  const { lines, trouble } = describeStatus({ ...calm, ...change }, NOW);
  expect(trouble).toBe(true);
  expect(lines.join('\n')).toContain(words);
});
