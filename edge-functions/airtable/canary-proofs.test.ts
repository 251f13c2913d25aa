import { expect, test } from 'vitest';
import { canaryProofs, createNonce } from './canary-proofs.ts';
import type { Payload } from './payload.ts';

const payload = (changes: Payload['changedTablesById']): Payload => ({
  timestamp: '2026-11-24T04:00:00Z',
  baseTransactionNumber: 1,
  changedTablesById: changes,
});

test('a nonce → begins with the time for people, and is another one each time', () => {
  expect(createNonce(new Date('2026-11-24T04:05:06.789Z'))).toMatch(/^2026-11-24 04:05:06 UTC · /);
  expect(createNonce()).not.toBe(createNonce());
});

test('nonces in changed and created records → found with where they stand; everything else → left alone', () => {
  const [one, two] = [createNonce(), createNonce()];
  expect(
    canaryProofs([
      payload({
        tblC: {
          changedRecordsById: {
            recOne: { current: { cellValuesByFieldId: { fldP: one, fldX: `${two} and more` } } },
            recTwo: { current: {} },
            recThree: {},
          },
          createdRecordsById: { recFour: { cellValuesByFieldId: { fldP: two, fldY: ['x'], fldZ: null } } },
          destroyedRecordIds: ['recFive'],
        },
        tblD: { destroyedFieldIds: ['fldD'] },
      }),
      { timestamp: '2026-11-24T04:00:01Z', baseTransactionNumber: 2 },
    ]),
  ).toEqual([
    { table_id: 'tblC', field_id: 'fldP', record_id: 'recFour', nonce: two },
    { table_id: 'tblC', field_id: 'fldP', record_id: 'recOne', nonce: one },
  ]);
});
