import { expect, test } from 'vitest';
import { findCanaryPlace, type CanaryField } from './canary-place.ts';

const proof: CanaryField = {
  tableId: 'tblC',
  tableName: 'Live canary',
  fieldId: 'fldP',
  fieldName: 'Proof',
  type: 'singleLineText',
};
const name: CanaryField = { ...proof, fieldId: 'fldN', fieldName: 'Name' };
const other: CanaryField = { ...proof, tableId: 'tblS', tableName: 'Signals', fieldId: 'fldS' };
const place = { tableId: 'tblC', fieldId: 'fldP' };

test('a table and a text field of these names, written in any way → the place', () => {
  expect(findCanaryPlace([other, name, proof])).toEqual(place);
  expect(findCanaryPlace([{ ...proof, tableName: 'live Canary ', fieldName: 'PROOF' }])).toEqual(place);
  expect(findCanaryPlace([{ ...proof, type: 'multilineText' }])).toEqual(place);
});

test('called otherwise since it was found → the same place; another one has the name → still the same', () => {
  const renamed = { ...proof, tableName: 'Vogel', fieldName: 'Beweis' };
  expect(findCanaryPlace([renamed, { ...proof, tableId: 'tblNew' }], place)).toEqual(place);
});

test.each<[string, CanaryField[], string]>([
  ['no such table', [other], 'no table “Live canary”'],
  ['a table without the field', [other, name], 'no field “Proof”'],
  ['a field that holds no text', [{ ...proof, type: 'number' }], 'is of type number'],
])('%s → what is missing, what to do, and which command', (_, fields, words) => {
  expect(findCanaryPlace(fields)).toEqual({ problem: expect.stringContaining(words) as string });
  expect(findCanaryPlace(fields)).toEqual({
    problem: expect.stringContaining('npm run airtable:connect') as string,
  });
});
