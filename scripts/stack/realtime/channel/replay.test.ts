import { expect, test } from 'vitest';
import { readReplayRequest } from './replay.ts';

test.each([
  [{ since: 1000 }, { since: 1000, limit: 25 }],
  [
    { since: 1000, limit: 3 },
    { since: 1000, limit: 3 },
  ],
  [
    { since: 1000, limit: 1000 },
    { since: 1000, limit: 25 },
  ],
  [
    { since: 1000, limit: -1 },
    { since: 1000, limit: 1 },
  ],
  [{ since: 0.5 }, null],
  [{ since: 9e15 }, null],
  [{ since: 1, limit: '3' }, null],
  [{}, null],
  [1, null],
])('%j → %j', (replay, request) => {
  expect(readReplayRequest(replay)).toEqual(request);
});
