import { expect, test } from 'vitest';
import type { ChannelName } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from './live-change.ts';
import { RowVersions } from './row-versions.ts';

const told = (channel: ChannelName, at: string, ids: string[], verb = 'updated'): LiveChange => ({
  channel,
  live: true,
  envelope: {
    seq: 1,
    event: verb === 'updated' ? 'signal:updated' : 'signal:removed',
    at: `2026-11-23T10:00:0${at}Z`,
    source: 'airtable',
    ids,
    records: ids.map((id) => ({ id })),
    truncated: false,
  },
});

test('a record older than the one from another channel → left out', () => {
  const versions = new RowVersions();
  versions.admit(told('region:west', '4', ['a']));
  expect(versions.admit(told('region:south', '2', ['a']))).toBeNull();
});

test('some rows of a message are older → only those are left out', () => {
  const versions = new RowVersions();
  versions.admit(told('region:west', '4', ['a']));
  const admitted = versions.admit(told('region:south', '2', ['a', 'b']));
  expect(admitted?.envelope.ids).toEqual(['b']);
  expect(admitted?.envelope.records).toEqual([{ id: 'b' }]);
});

test('within a channel the numbers decide, whatever the clock says', () => {
  const versions = new RowVersions();
  versions.admit(told('region:west', '4', ['a']));
  const later = told('region:west', '2', ['a']);
  expect(versions.admit(later)).toBe(later);
});

test('a removal passes, and does not keep the row’s arrival elsewhere from being told', () => {
  const versions = new RowVersions();
  const removal = told('region:west', '5', ['a'], 'removed');
  expect(versions.admit(removal)).toBe(removal);
  const arrival = told('region:south', '4', ['a']);
  expect(versions.admit(arrival)).toBe(arrival);
});
