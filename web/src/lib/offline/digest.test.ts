import { expect, test } from 'vitest';
import type { Db } from '../supabase/schema.ts';
import { digestWords, fetchDigest } from './digest.ts';

const line = (event: string, rows: number) => ({ event, rows, at: '', titles: [] });

test.each([
  ['signal:created', 1, '1 new signal'],
  ['signal:updated', 3, '3 signals changed'],
  ['match:generated', 2, '2 new matches'],
  ['organization:removed', 1, '1 organization removed'],
  ['pool:published', 2, '2 signals published to the pool'],
  ['pool:removed', 1, '1 signal left the pool'],
  ['other:thing', 2, '2 records thing'],
])('%s of %i → %s', (event, rows, words) => {
  expect(digestWords(line(event, rows))).toBe(words);
});

/** Answers with a digest, and notes what it was asked for. */
function database(lines: unknown[]): { db: Db; asked: unknown[] } {
  const asked: unknown[] = [];
  const rpc = (_: string, { after }: { after: unknown }) => {
    asked.push(after);
    return Promise.resolve({ data: { lines, complete: true }, error: null });
  };
  return { db: { rpc } as unknown as Db, asked };
}

test('asks for the channels that went on, and not at all where none did', async () => {
  const { db, asked } = database([line('signal:updated', 1)]);
  expect(await fetchDigest(db, 1, { network: 4 }, { network: 4 })).toBeNull();
  expect(asked).toEqual([]);
  const before = { network: 4, 'region:west': 2, 'region:lost': 1 };
  expect(await fetchDigest(db, 1, before, { network: 4, 'region:west': 3 })).toMatchObject({ since: 1 });
  expect(asked).toEqual([{ 'region:west': 2 }]);
});

test('nothing but one’s own doings → no digest', async () => {
  expect(await fetchDigest(database([]).db, 1, { network: 4 }, { network: 5 })).toBeNull();
});
