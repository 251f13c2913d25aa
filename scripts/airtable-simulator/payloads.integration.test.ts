import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import {
  API_KEY,
  BASE_ID,
  EVERYTHING,
  call,
  createWebhook,
  readPayloads,
  webhooksPath,
} from './testing/simulator-client.ts';
import { VirtualClock } from './virtual-clock.ts';

const DAY_MS = 86_400_000;
let clock: VirtualClock;
let simulator: AirtableSimulator;

beforeEach(async () => {
  clock = new VirtualClock();
  simulator = await createAirtableSimulator({
    port: 0,
    apiKey: API_KEY,
    baseId: BASE_ID,
    clock,
    rateLimit: false,
  });
});
afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});

const signal = () => simulator.base.records('Signals')[0]?.id ?? '';
const fieldId = (table: string, name: string) =>
  simulator.base.table(table).fields.find((field) => field.name === name)?.id ?? '';
describe('payloads', () => {
  test('values have the webhook form and only what changed, with old and other cells when asked for', async () => {
    const includes = { includeCellValuesInFieldIds: 'all', includePreviousCellValues: true };
    const plain = await createWebhook(simulator);
    const full = await createWebhook(simulator, undefined, { options: { ...EVERYTHING.options, includes } });
    simulator.base.update('Signals', signal(), { Urgency: 'Low', 'Desired improvement': null });
    simulator.base.update('Signals', signal(), { Urgency: 'Critical' });
    const page = await readPayloads(simulator, plain.id);
    expect(page).toMatchObject({ cursor: 3, mightHaveMore: false });
    const table = simulator.base.table('Signals').id;
    expect(page.payloads[1]).toMatchObject({
      payloadFormat: 'v0',
      actionMetadata: {
        source: 'client',
        sourceMetadata: { user: { id: expect.stringMatching(/^usr/) as string } },
      },
    });
    expect(page.payloads[1]?.changedTablesById?.[table]?.changedRecordsById?.[signal()]).toEqual({
      current: {
        cellValuesByFieldId: {
          [fieldId('Signals', 'Urgency')]: {
            id: expect.stringMatching(/^sel/) as string,
            name: 'Critical',
            color: expect.any(String) as string,
          },
        },
      },
    });
    expect(
      page.payloads[0]?.changedTablesById?.[table]?.changedRecordsById?.[signal()]?.current
        .cellValuesByFieldId,
    ).toMatchObject({ [fieldId('Signals', 'Desired improvement')]: null });
    const [, second] = (await readPayloads(simulator, full.id)).payloads;
    const change = second?.changedTablesById?.[table]?.changedRecordsById?.[signal()];
    expect(change?.previous?.cellValuesByFieldId).toMatchObject({
      [fieldId('Signals', 'Urgency')]: { name: 'Low' },
    });
    expect(change?.unchanged?.cellValuesByFieldId).toHaveProperty(fieldId('Signals', 'Title'));
    expect(change?.unchanged?.cellValuesByFieldId).not.toHaveProperty(fieldId('Signals', 'Urgency'));
  });

  test('a link shows on both sides, with names', async () => {
    const { id } = await createWebhook(simulator);
    const [, organization] = simulator.base.records('Organizations');
    const created = simulator.base.create('Signals', { Title: 'New', Organization: [organization?.id] });
    const [payload] = (await readPayloads(simulator, id)).payloads;
    const name = simulator.base.cell('Organizations', organization?.id ?? '', 'Name');
    const tables = payload?.changedTablesById ?? {};
    expect(
      tables[simulator.base.table('Signals').id]?.createdRecordsById?.[created]?.cellValuesByFieldId,
    ).toMatchObject({ [fieldId('Signals', 'Organization')]: [{ id: organization?.id, name }] });
    expect(
      tables[simulator.base.table('Organizations').id]?.changedRecordsById?.[organization?.id ?? '']?.current
        .cellValuesByFieldId[fieldId('Organizations', 'Signals')],
    ).toContainEqual({ id: created, name: '' });
  });

  test('an API write says publicApi', async () => {
    const { id } = await createWebhook(simulator);
    await call(simulator, 'PATCH', `/v0/${BASE_ID}/Signals/${signal()}`, { fields: { Title: 'By API' } });
    expect((await readPayloads(simulator, id)).payloads[0]?.actionMetadata?.source).toBe('publicApi');
  });

  test('a large transaction is split: one number, several payloads', async () => {
    const { id } = await createWebhook(simulator);
    const answer = await call(simulator, 'POST', '/_sim/bulk', {
      table: 'Signals',
      count: 250,
      fields: { 'Pain points': 'Bulk' },
    });
    expect(answer.json).toEqual({ records: 250 });
    const { payloads, cursor } = await readPayloads(simulator, id);
    expect(payloads).toHaveLength(3);
    expect(cursor).toBe(4);
    expect(new Set(payloads.map((payload) => payload.baseTransactionNumber)).size).toBe(1);
    const table = simulator.base.table('Signals').id;
    const counts = payloads.map(
      (one) => Object.keys(one.changedTablesById?.[table]?.changedRecordsById ?? {}).length,
    );
    expect(counts).toEqual([100, 100, 50]);
  });

  test('within a transaction what was created comes first, what was destroyed last, also over several payloads', async () => {
    const { id } = await createWebhook(simulator);
    await call(simulator, 'POST', '/_sim/faults', { payloadRecordLimit: 1 });
    const [destroyed, changed] = simulator.base
      .records('Startups')
      .filter((one) => !one.cells[fieldId('Startups', 'Connections')]);
    simulator.base.transaction((edit) => {
      edit.destroy('Startups', destroyed?.id ?? '');
      edit.update('Startups', changed?.id ?? '', { Name: 'Changed' });
      edit.create('Startups', { Name: 'Created' });
    });
    const { payloads } = await readPayloads(simulator, id);
    const table = simulator.base.table('Startups').id;
    expect(payloads.map((payload) => Object.keys(payload.changedTablesById?.[table] ?? {}))).toEqual([
      ['createdRecordsById'],
      ['changedRecordsById'],
      ['destroyedRecordIds'],
    ]);
  });

  test('fifty at most, and mightHaveMore until the end', async () => {
    const { id } = await createWebhook(simulator);
    for (let round = 1; round <= 60; round++)
      simulator.base.update('Signals', signal(), { Title: `Round ${round}` });
    const first = await readPayloads(simulator, id);
    expect([first.payloads.length, first.cursor, first.mightHaveMore]).toEqual([50, 51, true]);
    const second = await readPayloads(simulator, id, '?cursor=51');
    expect([second.payloads.length, second.cursor, second.mightHaveMore]).toEqual([10, 61, false]);
    expect(await readPayloads(simulator, id, '?cursor=61')).toEqual({
      payloads: [],
      cursor: 61,
      mightHaveMore: false,
    });
    expect((await call(simulator, 'GET', `${webhooksPath(id)}/payloads?limit=51`)).status).toBe(422);
  });

  test('are kept for a week; what comes after has its own numbers', async () => {
    const { id } = await createWebhook(simulator);
    simulator.base.update('Signals', signal(), { Title: 'Old' });
    clock.advance(6 * DAY_MS);
    await call(simulator, 'POST', `${webhooksPath(id)}/refresh`);
    clock.advance(2 * DAY_MS);
    simulator.base.update('Signals', signal(), { Title: 'New' });
    const page = await readPayloads(simulator, id);
    expect([page.payloads.length, page.cursor]).toEqual([1, 3]);
  });

  test('filters: a table, sources, change types', async () => {
    const only = async (filters: object) =>
      createWebhook(simulator, undefined, { options: { filters: { dataTypes: ['tableData'], ...filters } } });
    const scoped = await only({ recordChangeScope: simulator.base.table('Startups').id });
    const api = await only({ fromSources: ['publicApi'] });
    const removals = await only({ changeTypes: ['remove'] });
    simulator.base.update('Signals', signal(), { Title: 'Edited' });
    const startup = simulator.base.create('Startups', { Name: 'Filtered' });
    simulator.base.destroy('Startups', startup);
    expect((await readPayloads(simulator, scoped.id)).payloads).toHaveLength(2);
    expect((await readPayloads(simulator, api.id)).payloads).toHaveLength(0);
    expect((await readPayloads(simulator, removals.id)).payloads).toHaveLength(1);
  });
});
