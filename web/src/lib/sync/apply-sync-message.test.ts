import { QueryClient } from '@tanstack/svelte-query';
import { expect, test } from 'vitest';
import { applyOutboxCounts, applySyncMessage } from './apply-sync-message.ts';
import type { ReconcileProgress, Run, SyncStatus } from './sync.ts';
import { SYNC_KEYS } from './sync-keys.ts';

const status = (change: Partial<SyncStatus> = {}, cursor = 1): SyncStatus => ({
  kind: 'status',
  at: '2026-11-24T12:00:00Z',
  webhooks: [
    {
      id: 'ach',
      base_id: 'app',
      state: 'live',
      trouble: null,
      trouble_since: null,
      created_at: '',
      expires_at: null,
      cursor,
      last_ping_at: null,
      last_payload_at: null,
      last_drained_at: null,
      lag_ms: null,
    },
  ],
  bases: [
    {
      base_id: 'app',
      calls_last_second: 0,
      paused_until: null,
      scan: null,
      reconcile: null,
      identical_at: null,
    },
  ],
  dead_letters: 0,
  outbox: {},
  drift: 0,
  alerts: [],
  ...change,
});
const progress: ReconcileProgress = {
  kind: 'reconcile',
  run_id: 'run',
  base_id: 'app',
  state: 'running',
  reason: null,
  started_at: '',
  finished_at: null,
  error: null,
  records: 10,
  expected: 20,
  suspects: 0,
  missing: 0,
  extra: 0,
  different: 0,
  moving: 0,
  dead_letters: 0,
  identical: false,
  tables: [],
};
const run: Run = {
  id: 'run',
  kind: 'reconcile',
  started_at: '',
  finished_at: null,
  state: 'running',
  counts: {},
  error: null,
  progress: null,
};

function cached(): QueryClient {
  const queries = new QueryClient();
  queries.setQueryData(SYNC_KEYS.status, status());
  queries.setQueryData(SYNC_KEYS.runs, [run]);
  return queries;
}
const shown = (queries: QueryClient) => queries.getQueryData<SyncStatus>(SYNC_KEYS.status)!;

test('a status that says the same → nothing is asked for', () => {
  expect(applySyncMessage(cached(), status())).toEqual([]);
});

test('a status with another cursor → shown at once; what it counts is asked for', () => {
  const queries = cached();
  expect(applySyncMessage(queries, status({ dead_letters: 1 }, 2))).toEqual([
    'runs',
    'lag',
    'letters',
    'drift',
  ]);
  expect(shown(queries).dead_letters).toBe(1);
});

test('a status with another count of what waits for Airtable → the outbox is asked for, and nothing else', () => {
  const queries = cached();
  expect(applySyncMessage(queries, status({ outbox: { parked: 1 } }))).toEqual(['outbox']);
  expect(applySyncMessage(queries, status({ outbox: { parked: 1 } }))).toEqual([]);
});

test('what a push says of the outbox → in the status at once', () => {
  const queries = cached();
  applyOutboxCounts(queries, { parked: 2 });
  expect(shown(queries)).toMatchObject({ outbox: { parked: 2 }, dead_letters: 0 });
});

test('the progress of a known run → shown in both places, nothing is asked for', () => {
  const queries = cached();
  expect(applySyncMessage(queries, progress)).toEqual([]);
  expect(shown(queries).bases[0]!.reconcile).toEqual(progress);
  expect(queries.getQueryData<Run[]>(SYNC_KEYS.runs)![0]!.progress).toEqual(progress);
});

test('its end → when both were the same, and its report is asked for', () => {
  const queries = cached();
  const over = {
    ...progress,
    state: 'succeeded',
    identical: true,
    finished_at: '2026-11-24T12:01:00Z',
  } as const;
  expect(applySyncMessage(queries, over)).toEqual(['runs', 'reports']);
  expect(shown(queries).bases[0]!.identical_at).toBe('2026-11-24T12:01:00Z');
});
