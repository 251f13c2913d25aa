import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateBase } from '../seed/generate-base.ts';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import { API_KEY, BASE_ID, call } from './testing/simulator-client.ts';

let simulator: AirtableSimulator;
const seed = generateBase();

beforeAll(async () => {
  simulator = await createAirtableSimulator({ port: 0, apiKey: API_KEY, baseId: BASE_ID, rateLimit: false });
});
afterAll(() => simulator[Symbol.asyncDispose]());

describe('refusals', () => {
  const table = `/v0/${BASE_ID}/Signals`;
  const id = seed.signals[0]?.id ?? '';
  const type = (answer: { json: unknown }) => (answer.json as { error: { type?: string } | string }).error;

  test.each([
    ['no token', { authorization: '' }, `${table}?pageSize=1`, 401, { type: 'AUTHENTICATION_REQUIRED' }],
    ['another token', { authorization: 'Bearer patWrong' }, table, 401, { type: 'AUTHENTICATION_REQUIRED' }],
    [
      'another base',
      {},
      '/v0/appAnotherBase0000/Signals',
      403,
      { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND' },
    ],
    [
      'an unknown table',
      {},
      `/v0/${BASE_ID}/Nothing`,
      403,
      { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND' },
    ],
    ['an unknown record', {}, `${table}/recAAAAAAAAAAAAAA`, 404, 'NOT_FOUND'],
    ['a page of 101', {}, `${table}?pageSize=101`, 422, { type: 'INVALID_REQUEST_UNKNOWN' }],
    ['an unknown field', {}, `${table}?fields%5B%5D=Nope`, 422, { type: 'UNKNOWN_FIELD_NAME' }],
    ['an unknown view', {}, `${table}?view=Nope`, 422, { type: 'VIEW_NAME_NOT_FOUND' }],
    ['a bad formula', {}, `${table}?filterByFormula=OR(`, 422, { type: 'INVALID_FILTER_BY_FORMULA' }],
    [
      'an unknown formula field',
      {},
      `${table}?filterByFormula=%7BNope%7D`,
      422,
      { type: 'INVALID_FILTER_BY_FORMULA' },
    ],
    ['an unknown offset', {}, `${table}?offset=itrX/recY`, 422, 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE'],
  ])('%s → its status and type', async (_name, headers, path, status, error) => {
    const answer = await call(simulator, 'GET', path, undefined, headers);
    expect(answer.status).toBe(status);
    expect(type(answer)).toEqual(typeof error === 'string' ? error : expect.objectContaining(error));
  });

  test.each([
    ['a choice that does not exist', { Urgency: 'Urgent' }, 'INVALID_MULTIPLE_CHOICE_OPTIONS'],
    ['a number as text', { Title: 5 }, 'INVALID_VALUE_FOR_COLUMN'],
    ['text as a checkbox', { Public: 'true' }, 'INVALID_VALUE_FOR_COLUMN'],
    ['a link that is not a list', { Organization: 'City of Ashbourne' }, 'INVALID_VALUE_FOR_COLUMN'],
    ['a link to nothing', { Organization: ['recAAAAAAAAAAAAAA'] }, 'ROW_DOES_NOT_EXIST'],
    ['a link that is no id', { Organization: ['City of Ashbourne'] }, 'INVALID_RECORD_ID'],
    ['a field that does not exist', { Nope: 1 }, 'UNKNOWN_FIELD_NAME'],
  ])('%s → 422 and nothing written', async (_name, fields, error) => {
    const before = simulator.base.record('Signals', id);
    const answer = await call(simulator, 'PATCH', `${table}/${id}`, {
      fields: { ...fields, 'Pain points': 'x' },
    });
    expect(answer.status).toBe(422);
    expect(type(answer)).toMatchObject({ type: error });
    expect(simulator.base.record('Signals', id)).toEqual(before);
  });

  test('one bad record of a call → none of them is written', async () => {
    const good = { id, fields: { Title: 'changed' } };
    const bad = { id: 'recAAAAAAAAAAAAAA', fields: { Title: 'changed' } };
    const answer = await call(simulator, 'PATCH', table, { records: [good, bad] });
    expect(type(answer)).toMatchObject({ type: 'ROW_DOES_NOT_EXIST' });
    expect(simulator.base.cell('Signals', id, 'Title')).toBe(seed.signals[0]?.title);
  });

  test.each([
    ['broken JSON', '{"fields":', 422, 'INVALID_REQUEST_BODY'],
    ['no fields', {}, 422, 'INVALID_REQUEST_MISSING_FIELDS'],
    ['over a megabyte', { fields: { Title: 'x'.repeat(1_000_001) } }, 413, 'REQUEST_TOO_LARGE'],
  ])('a body with %s → %i', async (_name, body, status, error) => {
    const answer = await call(simulator, 'POST', table, body);
    expect(answer.status).toBe(status);
    expect(type(answer)).toMatchObject({ type: error });
  });
});
