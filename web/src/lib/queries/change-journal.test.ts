import type { QueryClient } from '@tanstack/svelte-query';
import { expect, test } from 'vitest';
import type { LiveChange } from '../realtime/live-change.ts';
import { ChangeJournal, fetchWithJournal, journalOf } from './change-journal.ts';

/** A journal belongs to a client; which one is all that matters here. */
const anyClient = () => ({}) as QueryClient;

const change = (seq: number): LiveChange => ({
  channel: 'region:west',
  live: true,
  envelope: {
    seq,
    event: 'signal:updated',
    at: '2026-11-23T10:00:00Z',
    source: 'airtable',
    ids: [],
    truncated: false,
  },
});
const addSeq =
  (refetch: boolean) =>
  (data: number[], { envelope }: LiveChange) => ({
    data: [...data, envelope.seq],
    touched: [],
    refetch,
  });

test('a change that comes while an answer is on its way → taken into the answer', async () => {
  const client = anyClient();
  journalOf(client).add(change(1));
  const answer = await fetchWithJournal(
    client,
    () => {
      journalOf(client).add(change(2));
      return Promise.resolve<number[]>([]);
    },
    addSeq(false),
  );
  expect(answer).toEqual([2]);
});

test('a change meanwhile that only the database can place → asked again, three times at most', async () => {
  const client = anyClient();
  let asked = 0;
  await fetchWithJournal(
    client,
    () => {
      journalOf(client).add(change(++asked));
      return Promise.resolve<number[]>([]);
    },
    addSeq(true),
  );
  expect(asked).toBe(3);
});

test('more changes meanwhile than the journal holds → it says that it does not know them all', () => {
  const journal = new ChangeJournal();
  const mark = journal.mark();
  for (let seq = 1; seq <= 501; seq++) journal.add(change(seq));
  expect(journal.since(mark)).toBeNull();
  expect(journal.since(journal.mark())).toEqual([]);
});
