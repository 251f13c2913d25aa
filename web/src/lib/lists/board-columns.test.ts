import { expect, test } from 'vitest';
import { ENTITIES } from '../entities/entities.ts';
import type { Choice, EntityRow } from '../entities/entity.ts';
import { dealCards, keepSame } from './board-columns.ts';

const choices = ['pending_review', 'introduced', 'matched'].map((value) => ({ value }) as Choice);
const row = (id: string, connection_status: string, edited = id): EntityRow => ({
  id,
  connection_status,
  created_at: '',
  updated_at: '',
  airtable_edited_at: edited,
  received_at: null,
});
const deal = (...columns: (EntityRow[] | undefined)[]) =>
  dealCards(ENTITIES.connections, 'connection_status', choices, columns);

test('a card that was moved here stands where it says, before the database has answered', () => {
  const moved = row('2', 'introduced');
  const cards = deal([row('1', 'pending_review'), moved], [row('3', 'introduced')], undefined);
  expect(cards.get('pending_review')?.map(({ id }) => id)).toEqual(['1']);
  // Edited last, it is first.
  expect(cards.get('introduced')?.map(({ id }) => id)).toEqual(['3', '2']);
  expect(cards.get('matched')).toEqual([]);
});

test('rows come to one column → the arrays of the others are the same, so that they are not drawn again', () => {
  const [a, b] = [row('1', 'pending_review'), row('2', 'introduced')];
  const before = deal([a], [b], undefined);
  const now = keepSame(before, deal([a], [b], [row('3', 'matched')]));
  expect(now.get('pending_review')).toBe(before.get('pending_review'));
  expect(now.get('introduced')).toBe(before.get('introduced'));
  expect(now.get('matched')?.map(({ id }) => id)).toEqual(['3']);
  const edited = keepSame(now, deal([{ ...a, notes: 'new' }], [b], undefined));
  expect(edited.get('pending_review')?.[0]?.notes).toBe('new');
});
