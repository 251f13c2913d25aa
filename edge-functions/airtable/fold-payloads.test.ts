import { expect, test } from 'vitest';
import type { FieldBinding } from './bindings.ts';
import { foldPayloads } from './fold-payloads.ts';
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

test('a cell that cannot be stored → a dead letter with cells, column and reason; the record’s other cells and the other records go on', () => {
  const cells = { fldUrgency: { name: 'Apocalyptic' }, fldTitle: 'x' };
  const page = foldPayloads(
    [changed(cells, 'recBad'), changed({ fldTitle: 'fine' }, 'recGood')],
    5,
    BINDINGS,
  );
  expect(page.upserts.signals).toMatchObject([
    { airtable_id: 'recBad', values: { title: 'x' } },
    { airtable_id: 'recGood', values: { title: 'fine' } },
  ]);
  expect(page.upserts.signals?.[0]?.values).not.toHaveProperty('urgency');
  expect(page.dead_letters).toEqual([
    {
      payload_number: 5,
      table_id: 'tblS',
      record_id: 'recBad',
      cells,
      columns: ['urgency'],
      reason: expect.stringContaining('"Apocalyptic" is not a choice') as string,
    },
  ]);
});

test('a bad cell that a later payload of the page mends → no dead letter', () => {
  const page = foldPayloads(
    [changed({ fldUrgency: { name: 'Apocalyptic' } }), changed({ fldUrgency: { name: 'High' } })],
    1,
    BINDINGS,
  );
  expect(page.dead_letters).toEqual([]);
  expect(page.upserts.signals).toMatchObject([{ values: { urgency: 'high' } }]);
});

test('a bad cell after a good one → the good one is stored, the bad one is a dead letter', () => {
  const page = foldPayloads(
    [changed({ fldTitle: 'good' }), changed({ fldTitle: { specialValue: 'NaN' } })],
    1,
    BINDINGS,
  );
  expect(page.upserts.signals).toMatchObject([{ values: { title: 'good' } }]);
  expect(page.dead_letters).toMatchObject([{ payload_number: 2, columns: ['title'] }]);
});

test('a record with bad cells that is destroyed → no dead letter', () => {
  const page = foldPayloads(
    [changed({ fldUrgency: { name: 'Apocalyptic' } }), payload({ destroyedRecordIds: ['recA'] })],
    1,
    BINDINGS,
  );
  expect(page.dead_letters).toEqual([]);
});

test('a created record names only what is filled → its other columns are cleared', () => {
  const page = foldPayloads([created({ fldTitle: 'A' })], 1, BINDINGS);
  expect(page.upserts.signals?.[0]?.values).toEqual({ title: 'A', urgency: null });
});

test('a field that is deleted or retyped → drift; from then on its cells are ignored, before they are not', () => {
  const bindings = BINDINGS.map((binding) => ({ ...binding, fieldType: 'singleLineText' }));
  const page = foldPayloads(
    [
      changed({ fldTitle: 'before' }),
      payload({ changedFieldsById: { fldTitle: { current: { type: 'number' } } } }),
      changed({ fldTitle: 7 }),
      payload({ destroyedFieldIds: ['fldUrgency'] }),
    ],
    1,
    bindings,
  );
  expect(page.upserts.signals).toMatchObject([{ values: { title: 'before' } }]);
  expect(page.drift).toEqual([
    { field_id: 'fldTitle', reason: 'The field was singleLineText and is number now' },
    { field_id: 'fldUrgency', reason: 'The field was deleted' },
  ]);
});

test('a field that is renamed → nothing happens', () => {
  const page = foldPayloads(
    [
      payload({ changedFieldsById: { fldTitle: { current: { name: 'Headline' } } } }),
      changed({ fldTitle: 'A' }),
    ],
    1,
    BINDINGS,
  );
  expect(page.drift).toEqual([]);
  expect(page.upserts.signals).toMatchObject([{ values: { title: 'A' } }]);
});

test('a payload without the parts that it should have → passed over', () => {
  const page = foldPayloads(
    [
      { timestamp: '2026-01-01T00:00:00.000Z', baseTransactionNumber: 1 },
      payload({ createdRecordsById: { recA: {} }, changedRecordsById: { recB: {} } }),
    ],
    1,
    BINDINGS,
  );
  expect(page.receipts).toHaveLength(2);
  expect(page.upserts.signals).toMatchObject([{ airtable_id: 'recA', created: true }]);
});

test('an id that is not a record’s → a dead letter', () => {
  const page = foldPayloads([changed({ fldTitle: 'A' }, 'rec A')], 1, BINDINGS);
  expect(page.upserts).toEqual({});
  expect(page.dead_letters).toMatchObject([{ record_id: 'rec A', columns: null }]);
});

test('an earlier time than the payload before it → the order of the log counts, not the clocks', () => {
  const [first, second] = [changed({ fldTitle: 'A' }), changed({ fldTitle: 'B' })];
  first.timestamp = '2026-01-01T00:00:09.000Z';
  second.timestamp = '2026-01-01T00:00:07.000Z';
  const page = foldPayloads([first, second], 1, BINDINGS);
  expect(page.upserts.signals).toMatchObject([{ values: { title: 'B' }, edited_at: first.timestamp }]);
  const next = foldPayloads([second], 2, BINDINGS, first.timestamp);
  expect(next.upserts.signals).toMatchObject([{ edited_at: first.timestamp }]);
});
