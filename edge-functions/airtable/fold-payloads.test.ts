import { expect, test } from 'vitest';
import { foldPayloads, type FieldBinding } from './fold-payloads.ts';
import type { Payload } from './payload.ts';

const BINDINGS: FieldBinding[] = [
  { tableId: 'tblS', fieldId: 'fldTitle', table: 'signals', column: 'title' },
  { tableId: 'tblS', fieldId: 'fldUrgency', table: 'signals', column: 'urgency' },
];
let transaction = 0;
const payload = (changes: NonNullable<Payload['changedTablesById']>[string], tableId = 'tblS'): Payload => ({
  timestamp: `2026-01-01T00:00:0${++transaction % 10}.000Z`,
  baseTransactionNumber: transaction,
  payloadFormat: 'v0',
  changedTablesById: { [tableId]: changes },
});
const created = (cells: Record<string, unknown>, id = 'recA') =>
  payload({
    createdRecordsById: { [id]: { createdTime: '2026-01-01T00:00:00.000Z', cellValuesByFieldId: cells } },
  });
const changed = (cells: Record<string, unknown>, id = 'recA') =>
  payload({ changedRecordsById: { [id]: { current: { cellValuesByFieldId: cells } } } });

test('a record created empty and filled by later payloads → one created change with all its values', () => {
  const page = foldPayloads(
    [created({}), changed({ fldTitle: 'A' }), changed({ fldUrgency: { name: 'High' } })],
    1,
    BINDINGS,
  );
  expect(page.upserts.signals).toEqual([
    expect.objectContaining({ airtable_id: 'recA', created: true, values: { title: 'A', urgency: 'high' } }),
  ]);
});

test('created, then destroyed → deleted; destroyed, then created again → created with the new values only', () => {
  const gone = foldPayloads(
    [created({ fldTitle: 'A' }), payload({ destroyedRecordIds: ['recA'] })],
    1,
    BINDINGS,
  );
  expect(gone.upserts.signals).toBeUndefined();
  expect(gone.deletes.signals).toMatchObject([{ airtable_id: 'recA' }]);

  const back = foldPayloads(
    [changed({ fldUrgency: 'Low' }), payload({ destroyedRecordIds: ['recA'] }), created({ fldTitle: 'B' })],
    1,
    BINDINGS,
  );
  expect(back.upserts.signals).toMatchObject([{ created: true, values: { title: 'B' } }]);
  expect(back.deletes.signals).toBeUndefined();
});

test('changed and destroyed within one payload → deleted', () => {
  const page = foldPayloads(
    [
      payload({
        changedRecordsById: { recA: { current: { cellValuesByFieldId: { fldTitle: 'late' } } } },
        destroyedRecordIds: ['recA'],
      }),
    ],
    1,
    BINDINGS,
  );
  expect(page.upserts.signals).toBeUndefined();
  expect(page.deletes.signals).toHaveLength(1);
});

test('one transaction split over payloads → a receipt each, numbered by place in the log', () => {
  const split = [changed({ fldTitle: 'A' }, 'recA'), changed({ fldTitle: 'B' }, 'recB')].map((p) => ({
    ...p,
    baseTransactionNumber: 77,
  }));
  const page = foldPayloads(split, 41, BINDINGS);
  expect(page.receipts.map((receipt) => [receipt.number, receipt.transaction])).toEqual([
    [41, 77],
    [42, 77],
  ]);
  expect(page.upserts.signals).toHaveLength(2);
});

test('tables and fields that are bound to nothing, unknown keys and sources → ignored', () => {
  const page = foldPayloads(
    [
      payload(
        { createdRecordsById: { recX: { createdTime: '', cellValuesByFieldId: { fld1: 1 } } } },
        'tblOther',
      ),
      changed({ fldUnknown: 'x' }),
      {
        ...changed({ fldTitle: 'kept' }, 'recK'),
        actionMetadata: { source: 'somethingNew' },
        novelty: true,
      } as Payload,
    ],
    1,
    BINDINGS,
  );
  expect(page.upserts).toEqual({
    signals: [expect.objectContaining({ airtable_id: 'recK', values: { title: 'kept' } })],
  });
  expect(page.receipts).toHaveLength(3);
});

test('a cell that cannot be stored → its record is a dead letter with cells and reason, the others go on', () => {
  const cells = { fldUrgency: { name: 'Apocalyptic' }, fldTitle: 'x' };
  const page = foldPayloads(
    [changed(cells, 'recBad'), changed({ fldTitle: 'fine' }, 'recGood')],
    5,
    BINDINGS,
  );
  expect(page.upserts.signals).toMatchObject([{ airtable_id: 'recGood' }]);
  expect(page.dead_letters).toEqual([
    {
      payload_number: 5,
      table_id: 'tblS',
      record_id: 'recBad',
      cells,
      reason: expect.stringContaining('"Apocalyptic" is not a choice') as string,
    },
  ]);
});
