import Airtable from 'airtable';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateBase } from '../seed/generate-base.ts';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import { API_KEY, BASE_ID, call } from './testing/simulator-client.ts';

let simulator: AirtableSimulator;
let client: Airtable.Base;
const seed = generateBase();

beforeAll(async () => {
  simulator = await createAirtableSimulator({ port: 0, apiKey: API_KEY, baseId: BASE_ID, rateLimit: false });
  client = new Airtable({ apiKey: API_KEY, endpointUrl: simulator.url, noRetryIfRateLimited: true }).base(
    BASE_ID,
  );
});
afterAll(() => simulator[Symbol.asyncDispose]());

describe('the official client', () => {
  test('scans a table page by page and gets every record once', async () => {
    const records = await client('Signals').select({ pageSize: 100 }).all();
    expect(records.map((record) => record.id).sort()).toEqual(seed.signals.map((signal) => signal.id).sort());
    const [signal] = seed.signals;
    expect(records.find((record) => record.id === signal?.id)?.fields).toMatchObject({
      'Signal ID': signal?.identifier,
      Title: signal?.title,
      Organization: [signal?.organizationId],
      Urgency: signal?.urgency,
    });
  });

  test('leaves empty cells out: no Public on a signal that is not', async () => {
    const signal = seed.signals.find((candidate) => !candidate.isPublic);
    const record = await client('Signals').find(signal?.id ?? '');
    expect(Object.keys(record.fields)).not.toContain('Public');
    expect(record.get('Title')).toBe(signal?.title);
  });

  test('creates, updates, replaces and deletes', async () => {
    const created = await client('Startups').create({ Name: 'Testify', Sector: 'Water', Active: true });
    const updated = await client('Startups').update(created.id, { Stage: 'Seed' });
    expect(updated.fields).toMatchObject({ Name: 'Testify', Sector: 'Water', Stage: 'Seed', Active: true });
    const replaced = await client('Startups').replace(created.id, { Name: 'Testify' });
    expect(replaced.fields).toEqual({ Name: 'Testify' });
    await client('Startups').destroy(created.id);
    await expect(client('Startups').find(created.id)).rejects.toMatchObject({
      error: 'NOT_FOUND',
      statusCode: 404,
    });
  });

  test('writes ten at once, not eleven', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ fields: { Name: `Batch ${n}` } }));
    const created = await client('Startups').create(rows(10));
    expect(created).toHaveLength(10);
    await expect(client('Startups').create(rows(11))).rejects.toMatchObject({
      error: 'INVALID_RECORDS',
      statusCode: 422,
    });
    await client('Startups').destroy(created.map((record) => record.id));
  });

  test('upserts: the first call creates, the second updates', async () => {
    const upsert = () =>
      call(simulator, 'PATCH', `/v0/${BASE_ID}/Organizations`, {
        performUpsert: { fieldsToMergeOn: ['Name'] },
        records: [{ fields: { Name: 'City of Upsert', Kind: 'City' } }],
      });
    const first = (await upsert()).json as { createdRecords: string[]; updatedRecords: string[] };
    const second = (await upsert()).json as { createdRecords: string[]; updatedRecords: string[] };
    expect(first.updatedRecords).toEqual([]);
    expect(second).toMatchObject({ createdRecords: [], updatedRecords: first.createdRecords });
    simulator.base.destroy('Organizations', first.createdRecords[0] ?? '');
  });

  test('casts types when asked: a new choice, a link by name, a number from text', async () => {
    const [organization] = seed.organizations;
    const [contact] = await client('Contacts').create(
      [{ fields: { 'Full name': 'Typecast Person', Organization: organization?.name ?? '' } }],
      { typecast: true },
    );
    expect(contact?.get('Organization')).toEqual([organization?.id]);
    const [startup] = await client('Startups').create([{ fields: { Name: 'Casting', Stage: 'Series C' } }], {
      typecast: true,
    });
    expect(startup?.get('Stage')).toBe('Series C');
    const choices = simulator.base.table('Startups').fields.find((field) => field.name === 'Stage')?.choices;
    expect(choices?.map((choice) => choice.name)).toContain('Series C');
    simulator.base.destroy('Contacts', contact?.id ?? '');
    simulator.base.destroy('Startups', startup?.id ?? '');
  });

  test('re-reads hinted records by a formula of ids', async () => {
    const ids = seed.signals.slice(0, 3).map((signal) => signal.id);
    const formula = `OR(${ids.map((id) => `RECORD_ID()='${id}'`).join(',')})`;
    const records = await client('Signals').select({ filterByFormula: formula }).all();
    expect(records.map((record) => record.id).sort()).toEqual([...ids].sort());
    const [one] = await client('Signals')
      .select({ filterByFormula: `RECORD_ID()="${ids[0]}"` })
      .all();
    expect(one?.id).toBe(ids[0]);
  });

  test('sorts, limits, and asks for some fields', async () => {
    const records = await client('Signals')
      .select({ fields: ['Signal ID'], sort: [{ field: 'Signal ID', direction: 'desc' }], maxRecords: 3 })
      .all();
    expect(records.map((record) => record.fields)).toEqual([
      { 'Signal ID': 'SIG-0400' },
      { 'Signal ID': 'SIG-0399' },
      { 'Signal ID': 'SIG-0398' },
    ]);
  });

  test('sends a formula too long for a URL by POST', async () => {
    const formula = `OR(${seed.interactions.map(({ id }) => `RECORD_ID()='${id}'`).join(',')})`;
    expect(await client('Interactions').select({ filterByFormula: formula }).all()).toHaveLength(600);
  });
});

describe('links', () => {
  test('both sides follow an edit of either', () => {
    const [signal, other] = seed.signals;
    const organization = seed.organizations.find(({ id }) => id !== signal?.organizationId);
    const before = simulator.base.cell('Organizations', organization?.id ?? '', 'Signals') as string[];
    simulator.base.update('Signals', signal?.id ?? '', { Organization: [organization?.id] });
    expect(simulator.base.cell('Organizations', organization?.id ?? '', 'Signals')).toEqual([
      ...before,
      signal?.id,
    ]);
    expect(simulator.base.cell('Organizations', signal?.organizationId ?? '', 'Signals')).not.toContain(
      signal?.id,
    );

    simulator.base.update('Organizations', organization?.id ?? '', { Signals: [other?.id] });
    expect(simulator.base.cell('Signals', signal?.id ?? '', 'Organization')).toBeUndefined();
    expect(simulator.base.cell('Signals', other?.id ?? '', 'Organization')).toContain(organization?.id);
  });

  test('a destroyed record leaves every cell that named it, and restoring brings it back under its id', () => {
    const connection = seed.connections[0];
    const id = connection?.id ?? '';
    const linked = () =>
      simulator.base.cell('Startups', connection?.startupId ?? '', 'Connections') as string[] | undefined;
    const interactions = simulator.base.cell('Connections', id, 'Interactions');
    simulator.base.destroy('Connections', id);
    expect(linked() ?? []).not.toContain(id);
    simulator.base.restore('Connections', id);
    expect(linked()).toContain(id);
    expect(simulator.base.cell('Connections', id, 'Interactions')).toEqual(interactions);
  });
});

test('fields by id, and the schema that names them', async () => {
  const meta = (await call(simulator, 'GET', `/v0/meta/bases/${BASE_ID}/tables`)).json as {
    tables: {
      name: string;
      primaryFieldId: string;
      fields: { id: string; name: string; type: string; options?: object }[];
    }[];
  };
  expect(meta.tables.map((one) => one.name)).toEqual([
    'Organizations',
    'Contacts',
    'Startups',
    'Signals',
    'Connections',
    'Interactions',
    'Live canary',
  ]);
  const signals = meta.tables.find((one) => one.name === 'Signals');
  const urgency = signals?.fields.find((field) => field.name === 'Urgency');
  expect(urgency?.options).toMatchObject({
    choices: [{ name: 'Low' }, { name: 'Medium' }, { name: 'High' }, { name: 'Critical' }],
  });
  const record = (
    await call(simulator, 'GET', `/v0/${BASE_ID}/Signals/${seed.signals[5]?.id}?returnFieldsByFieldId=true`)
  ).json;
  expect(record).toMatchObject({ fields: { [urgency?.id ?? '']: seed.signals[5]?.urgency } });
});
