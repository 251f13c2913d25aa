import { expect, test } from 'vitest';
import { letterGroups } from './letter-groups.ts';
import type { Letter } from './sync.ts';

let number = 0;
const letter = (reason: string, change: Partial<Letter> = {}): Letter => {
  number += 1;
  return {
    id: number,
    table_id: 'tblSignals',
    table_name: 'signals',
    record_id: `rec${number}`,
    row_id: '',
    payload_number: number,
    cells: {},
    columns: ['title'],
    reason,
    created_at: new Date(Date.UTC(2026, 10, 24, 12, number)).toISOString(),
    resolved_at: null,
    ignored_at: null,
    replaying: false,
    mapping: [],
    ...change,
  };
};
const told = (letters: Letter[]) =>
  letterGroups(letters).map((group) => [group.reason, group.letters.length]);

test('values that are too long → one group, whatever they are', () => {
  const long = (text: string) => letter(`Title: "${text}" is not text of at most 300 characters`);
  expect(told([long('a: b is not c'), long('x; y')])).toEqual([
    ['Title is not text of at most 300 characters', 2],
  ]);
});

test('unknown choices → a group a choice', () => {
  const unknown = (choice: string) =>
    letter(`Urgency: "${choice}" is not a choice that the mirror knows (low, high)`);
  expect(told([unknown('Someday'), unknown('Now'), unknown('Someday')])).toEqual([
    ['Urgency: "Someday" is not a choice that the mirror knows (low, high)', 2],
    ['Urgency: "Now" is not a choice that the mirror knows (low, high)', 1],
  ]);
});

test('several cells of a record → a group by all of them together', () => {
  const both = (text: string) =>
    letter(
      `Title: "${text} is not text of at most 300 characters; Urgency: "Someday" is not a choice that the mirror knows (low)`,
    );
  expect(told([both('a'), both('b')])).toEqual([
    [
      'Title is not text of at most 300 characters; Urgency: "Someday" is not a choice that the mirror knows (low)',
      2,
    ],
  ]);
});

test('the same words of another table → a group of its own', () => {
  const words = 'Title: "a" is not text of at most 300 characters';
  expect(told([letter(words), letter(words, { table_id: 'tblContacts' })])).toHaveLength(2);
});

test('a group → from its first to its last, its letters in their order', () => {
  const [first, second, third] = [letter('Gone'), letter('Gone'), letter('Gone')];
  const [group] = letterGroups([third, first, second]);
  expect(group).toMatchObject({ first: first.created_at, last: third.created_at });
  expect(group?.letters).toEqual([third, first, second]);
});
