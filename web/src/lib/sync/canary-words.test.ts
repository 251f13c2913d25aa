import { expect, test } from 'vitest';
import type { Proof } from './canary.ts';
import { ageWords, callsAMonth, canaryState, costWords, proofWords } from './canary-words.ts';

const NOW = new Date(2026, 10, 24, 14, 2, 30).getTime();
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;

const proven: Proof = {
  on: true,
  at: ago(12_400),
  every_minutes: 5,
  on_since: ago(60 * MINUTE),
  proven_at: ago(12_400),
  round_trip_ms: 840,
  failing_since: null,
  error: null,
};

test.each<[string, Partial<Proof>, ReturnType<typeof proofWords>]>([
  ['proven a moment ago', {}, { state: 'proven', text: 'proven 12 s ago' }],
  ['proven by a clock that is ahead', { proven_at: ago(-3000) }, { state: 'proven', text: 'proven 0 s ago' }],
  ['proven minutes ago', { proven_at: ago(4.9 * MINUTE) }, { state: 'proven', text: 'proven 4 min ago' }],
  [
    'the last round failed',
    { proven_at: ago(6 * MINUTE), failing_since: ago(MINUTE), error: 'No' },
    { state: 'unproven', text: 'not proven since 13:56' },
  ],
  [
    'proven yesterday, failing since',
    { proven_at: ago(24 * 60 * MINUTE), failing_since: ago(MINUTE) },
    { state: 'unproven', text: 'not proven since Nov 23, 14:02' },
  ],
  [
    'no word for longer than a round may take',
    { proven_at: ago(9.5 * MINUTE) },
    { state: 'unproven', text: 'not proven since 13:53' },
  ],
  [
    'just switched on',
    { proven_at: null, on_since: ago(2000) },
    { state: 'waiting', text: 'first proof on its way' },
  ],
  ['never proven, and overdue', { proven_at: null }, { state: 'unproven', text: 'not proven yet' }],
  ['switched off', { on: false }, null],
])('%s → what the badge adds', (_, change, words) => {
  expect(proofWords({ ...proven, ...change }, NOW)).toEqual(words);
});

test('nothing known → nothing added', () => {
  expect(proofWords(null, NOW)).toBeNull();
  expect(proofWords(undefined, NOW)).toBeNull();
});

test('an age → one unit, rounded down', () => {
  expect([0, 59_999, MINUTE, 59.9 * MINUTE, 60 * MINUTE, 50 * 60 * MINUTE].map(ageWords)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '59 min',
    '1 h',
    '50 h',
  ]);
});

test('what it costs → a write and a read each round, thirty days long', () => {
  expect([1, 5, 15].map(callsAMonth)).toEqual([86_400, 17_280, 5_760]);
  expect(costWords(5)).toBe('About 17,300 API calls a month');
});

test('a canary → off, not proven, under way, proven, or waiting', () => {
  const canary = {
    base_id: 'app',
    is_on: true,
    every_minutes: 5,
    on_since: ago(MINUTE),
    under_way: false,
    sent_at: null,
    proven_at: ago(MINUTE),
    round_trip_ms: 840,
    failing_since: null,
    error: null,
    rounds: [],
  };
  const states = [
    { ...canary, is_on: false },
    { ...canary, error: 'No' },
    { ...canary, under_way: true },
    canary,
    { ...canary, proven_at: null },
  ].map((one) => canaryState(one).label);
  expect(states).toEqual(['Off', 'Not proven', 'Under way', 'Proven', 'Waits']);
});
