import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import {
  API_KEY,
  BASE_ID,
  EVERYTHING,
  call,
  createWebhook,
  readPayloads,
} from './testing/simulator-client.ts';
import { VirtualClock } from './virtual-clock.ts';

let simulator: AirtableSimulator;

beforeEach(async () => {
  simulator = await createAirtableSimulator({
    port: 0,
    apiKey: API_KEY,
    baseId: BASE_ID,
    clock: new VirtualClock(),
    rateLimit: false,
  });
});
afterEach(() => simulator[Symbol.asyncDispose]());

const edit = (title: string) =>
  simulator.base.update('Signals', simulator.base.records('Signals')[0]?.id ?? '', { Title: title });

const change = (body: object) => call(simulator, 'POST', '/_sim/schema', body);
const tableId = () => simulator.base.table('Signals').id;
const lastCells = async (webhookId: string, recordId: string) =>
  (await readPayloads(simulator, webhookId)).payloads
    .map((payload) => payload.changedTablesById?.[tableId()]?.changedRecordsById?.[recordId])
    .findLast((record) => record !== undefined)?.current.cellValuesByFieldId;
const fieldId = (name: string) =>
  simulator.base.table('Signals').fields.find((field) => field.name === name)?.id ?? '';

test('renaming: the id stays, the payload names old and new', async () => {
  const { id } = await createWebhook(simulator, undefined, {
    options: { ...EVERYTHING.options, includes: { includePreviousFieldDefinitions: true } },
  });
  const field = fieldId('Urgency');
  await change({ edit: 'rename field', table: 'Signals', field: 'Urgency', name: 'How soon' });
  expect(fieldId('How soon')).toBe(field);
  const [payload] = (await readPayloads(simulator, id)).payloads;
  expect(payload?.changedTablesById?.[tableId()]?.changedFieldsById).toEqual({
    [field]: { current: { name: 'How soon' }, previous: { name: 'Urgency' } },
  });
});

test('deleting: cells go with it, and a hook that watched it is dead', async () => {
  const field = fieldId('Urgency');
  const all = await createWebhook(simulator);
  const watching = await createWebhook(simulator, undefined, {
    options: { filters: { dataTypes: ['tableData'], watchDataInFieldIds: [field] } },
  });
  await change({ edit: 'destroy field', table: 'Signals', field: 'Urgency' });
  expect(simulator.base.records('Signals').some((record) => field in record.cells)).toBe(false);
  const seen = (await readPayloads(simulator, all.id)).payloads;
  expect(seen[0]?.changedTablesById?.[tableId()]?.destroyedFieldIds).toEqual([field]);
  expect(seen.every((payload) => payload.error === undefined)).toBe(true);
  edit('Unheard by the dead hook');
  expect((await readPayloads(simulator, watching.id)).payloads).toEqual([
    expect.objectContaining({ error: true, code: 'INVALID_FILTERS' }),
  ]);
});

test('a renamed choice: its cells show the new name, its id stays', async () => {
  const { id } = await createWebhook(simulator);
  const choiceOf = (name: string) =>
    simulator.base
      .table('Signals')
      .fields.find((field) => field.name === 'Urgency')
      ?.choices?.find((choice) => choice.name === name);
  const high = choiceOf('High');
  const [first] = simulator.base.records('Signals');
  simulator.base.update('Signals', first?.id ?? '', { Urgency: 'High' });
  const renaming = { edit: 'rename choice', table: 'Signals', field: 'Urgency', choice: 'High' };
  expect((await change({ ...renaming, name: 'Medium' })).status).toBe(422);
  await change({ ...renaming, name: 'Urgent' });
  expect(simulator.base.cell('Signals', first?.id ?? '', 'Urgency')).toBe('Urgent');
  expect(choiceOf('Urgent')?.id).toBe(high?.id);
  expect(await lastCells(id, first?.id ?? '')).toEqual({
    [fieldId('Urgency')]: { ...high, name: 'Urgent' },
  });
});

test('a deleted choice: its cells are empty', async () => {
  const { id } = await createWebhook(simulator);
  const [first] = simulator.base.records('Signals');
  simulator.base.update('Signals', first?.id ?? '', { Urgency: 'High' });
  await change({ edit: 'destroy choice', table: 'Signals', field: 'Urgency', choice: 'High' });
  expect(simulator.base.cell('Signals', first?.id ?? '', 'Urgency')).toBeUndefined();
  expect(await lastCells(id, first?.id ?? '')).toEqual({ [fieldId('Urgency')]: null });
  expect(() => simulator.base.update('Signals', first?.id ?? '', { Urgency: 'High' })).toThrow();
});

test('retyping, adding, and whole tables', async () => {
  const { id } = await createWebhook(simulator);
  await change({ edit: 'retype field', table: 'Startups', field: 'Website', type: 'number' });
  await change({ edit: 'create field', table: 'Startups', name: 'Founded', type: 'number' });
  await change({ edit: 'rename table', table: 'Startups', name: 'Companies' });
  await change({ edit: 'create table', name: 'Scratch' });
  await change({ edit: 'destroy table', table: 'Interactions' });
  const { payloads } = await readPayloads(simulator, id);
  const startups = simulator.base.table('Companies').id;
  const kinds = payloads.flatMap((payload) => [
    ...Object.keys(payload.changedTablesById?.[startups] ?? {}),
    ...Object.keys(payload).filter((key) => key.endsWith('TablesById') || key === 'destroyedTableIds'),
  ]);
  expect(new Set(kinds)).toEqual(
    new Set([
      'changedTablesById',
      'changedFieldsById',
      'changedRecordsById',
      'createdFieldsById',
      'destroyedFieldIds',
      'changedMetadata',
      'createdTablesById',
      'destroyedTableIds',
    ]),
  );
  const names = simulator.base.table('Contacts').fields.map((field) => field.name);
  expect(names).not.toContain('Interactions');
  expect((await call(simulator, 'GET', `/v0/${BASE_ID}/Interactions`)).status).toBe(403);
});
