import { expect, test } from 'vitest';
import type { BaseRecord } from '../schema.ts';
import { parseFormula } from './formula.ts';

const record: BaseRecord = {
  id: 'recAAAAAAAAAAAAAA',
  createdTime: '2026-01-01T00:00:00.000Z',
  cells: { Title: 'It\'s "new"', Population: 12, Public: true },
};
const run = (formula: string) =>
  parseFormula(
    formula,
    (one, name) => one.cells[name],
    (name) => ['Title', 'Population', 'Public', 'Notes'].includes(name),
  )(record);

test.each([
  ["RECORD_ID()='recAAAAAAAAAAAAAA'", true],
  ['RECORD_ID() = "recBBBBBBBBBBBBBB"', false],
  ["OR(RECORD_ID()='recBBBBBBBBBBBBBB', RECORD_ID()='recAAAAAAAAAAAAAA')", true],
  ['OR()', false],
  ['AND({Population}=12, {Public})', true],
  ['NOT({Public})', false],
  ['{Notes}=BLANK()', true],
  ['{Population}!=12', false],
  ['Population=12', true],
  [String.raw`{Title}='It\'s "new"'`, true],
])('%s → %s', (formula, expected) => {
  expect(run(formula)).toBe(expected);
});

test.each(['', 'OR(', "RECORD_ID()='x", '{Nope}=1', 'SUM(1)', "RECORD_ID()='a' 5", '=1', 'OR(1 2)'])(
  'refuses %j',
  (formula) => {
    expect(() => run(formula)).toThrow('The formula for filtering records is invalid');
  },
);
