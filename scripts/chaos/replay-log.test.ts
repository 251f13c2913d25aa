import { expect, test } from 'vitest';
import type { Envelope, LiveEvent } from '../../supabase/types/realtime.ts';
import { replayLog } from './replay-log.ts';

const message = (
  seq: number,
  event: LiveEvent,
  ids: string[],
  records?: Record<string, unknown>[],
): Envelope => ({
  seq,
  event,
  at: '2026-01-01T00:00:00Z',
  source: 'airtable',
  ids,
  truncated: !records && !event.endsWith('removed'),
  ...(records ? { records } : {}),
});

test('the newest message of a row is what is known of it', () => {
  const replay = replayLog([
    message(1, 'signal:created', ['a'], [{ id: 'a', title: 'One' }]),
    message(2, 'metrics:updated', []),
    message(3, 'signal:updated', ['a'], [{ id: 'a', title: 'Two' }]),
  ]);
  expect(replay.get('signal')?.get('a')).toEqual({ id: 'a', title: 'Two' });
});

test('what was removed is gone, what was left out has to be fetched', () => {
  const replay = replayLog([
    message(1, 'signal:created', ['a', 'b']),
    message(2, 'signal:removed', ['a']),
    message(3, 'pool:published', ['b'], [{ id: 'b' }]),
  ]);
  expect([...(replay.get('signal') ?? [])]).toEqual([['b', 'to be fetched']]);
  expect([...(replay.get('pool')?.keys() ?? [])]).toEqual(['b']);
});

test.each([[[1, 3]], [[2]], [[1, 1]]])('numbers %j → refused', (numbers) => {
  const log = numbers.map((seq) => message(seq, 'signal:removed', []));
  expect(() => replayLog(log)).toThrow('is number');
});
