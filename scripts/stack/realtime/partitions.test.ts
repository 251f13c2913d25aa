import { expect, test } from 'vitest';
import { isPast, wantedPartitions } from './partitions.ts';

test('partitions from yesterday to three days ahead, over the end of a year', () => {
  expect(wantedPartitions(new Date('2026-12-30T23:59:59.999Z'))).toEqual([
    { name: 'messages_2026_12_29', from: '2026-12-29', to: '2026-12-30' },
    { name: 'messages_2026_12_30', from: '2026-12-30', to: '2026-12-31' },
    { name: 'messages_2026_12_31', from: '2026-12-31', to: '2027-01-01' },
    { name: 'messages_2027_01_01', from: '2027-01-01', to: '2027-01-02' },
    { name: 'messages_2027_01_02', from: '2027-01-02', to: '2027-01-03' },
  ]);
});

test.each([
  ['messages_2026_11_19', true],
  ['messages_2026_11_20', false],
  ['messages_2026_11_24', false],
  ['messages_kept_by_someone', false],
])('on 23 November %s is past: %s', (name, past) => {
  expect(isPast(name, new Date('2026-11-23T12:00:00Z'))).toBe(past);
});
