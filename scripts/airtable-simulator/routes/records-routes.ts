import { Hono } from 'hono';
import { z } from 'zod';
import { AirtableError, forbidden } from '../airtable-error.ts';
import { parseListParameters } from '../records/list-parameters.ts';
import { requireField, type RecordLister } from '../records/list-records.ts';
import type { Action } from '../records/record-changes.ts';
import type { Fields, Transaction } from '../records/transaction.ts';
import { presentRecord } from '../records/present-record.ts';
import { upsert, upsertSchema } from '../records/upsert.ts';
import type { Table } from '../schema.ts';
import type { SimulatedBase } from '../simulated-base.ts';
import { checkCount, fieldsOf, parseInput, recordsOf } from './records-input.ts';
import { requestBody } from './request-body.ts';

const PUBLIC_API: Action = {
  source: 'publicApi',
  sourceMetadata: {
    user: {
      id: 'usrCivStartApiUser',
      email: 'sync@civstart.test',
      name: 'CivStart sync',
      permissionLevel: 'create',
    },
  },
};

const optionsSchema = z.object({
  typecast: z.boolean().default(false),
  returnFieldsByFieldId: z.boolean().default(false),
});

/** `/v0/{baseId}/{table}…`: list, read, create, update, upsert and delete records. */
export function recordsRoutes(base: SimulatedBase, lister: RecordLister): Hono {
  const app = new Hono({ strict: false });

  const tableOf = (name: string): Table => {
    const table = base.tables.find((candidate) => candidate.id === name || candidate.name === name);
    if (!table) throw forbidden();
    return table;
  };
  const shown = (table: Table, ids: readonly string[], byId: boolean) =>
    ids.map((id) => presentRecord(table, base.record(table.id, id), { byId }));

  app.get('/:table', (c) => {
    return c.json(list(tableOf(c.req.param('table')), new URL(c.req.url).searchParams));
  });

  app.post('/:table/listRecords', async (c) => {
    return c.json(list(tableOf(c.req.param('table')), new URL(c.req.url).searchParams, await requestBody(c)));
  });

  app.get('/:table/:record', (c) => {
    const table = tableOf(c.req.param('table'));
    const { returnFieldsByFieldId } = parseListParameters(new URL(c.req.url).searchParams);
    return c.json(
      presentRecord(table, base.record(table.id, c.req.param('record')), { byId: returnFieldsByFieldId }),
    );
  });

  app.post('/:table', async (c) => {
    const table = tableOf(c.req.param('table'));
    const body = await requestBody(c);
    const { typecast, returnFieldsByFieldId } = parseInput(optionsSchema, body);
    const single = body['records'] === undefined;
    const inputs = single ? [{ fields: body['fields'] }] : recordsOf(body, 'created');
    const fields = inputs.map((input) => fieldsOf(input));
    const ids = base.transaction(
      (edit) => fields.map((one) => edit.create(table.id, one, { typecast })),
      PUBLIC_API,
    );
    const made = shown(tableOf(table.id), ids, returnFieldsByFieldId);
    return c.json(single ? made[0] : { records: made });
  });

  app.on(['PATCH', 'PUT'], '/:table/:record', async (c) => {
    const table = tableOf(c.req.param('table') ?? '');
    const id = c.req.param('record') ?? '';
    const body = await requestBody(c);
    const { typecast, returnFieldsByFieldId } = parseInput(optionsSchema, body);
    if (!base.record(table.id, id)) throw new AirtableError(404, 'NOT_FOUND');
    const options = { typecast, replace: c.req.method === 'PUT' };
    base.transaction((edit) => edit.update(table.id, id, fieldsOf(body), options), PUBLIC_API);
    return c.json(shown(tableOf(table.id), [id], returnFieldsByFieldId)[0]);
  });

  app.on(['PATCH', 'PUT'], '/:table', async (c) => {
    const table = tableOf(c.req.param('table') ?? '');
    const body = await requestBody(c);
    const { typecast, returnFieldsByFieldId } = parseInput(optionsSchema, body);
    const mergeOn =
      body['performUpsert'] === undefined
        ? undefined
        : parseInput(upsertSchema, body['performUpsert']).fieldsToMergeOn;
    const inputs = recordsOf(body, 'updated').map((input) => ({ id: input['id'], fields: fieldsOf(input) }));
    const options = { typecast, replace: c.req.method === 'PUT' };
    const results = base.transaction(
      (edit) => inputs.map(({ id, fields }) => write(edit, table, id, fields, mergeOn, options)),
      PUBLIC_API,
    );
    const made = shown(
      tableOf(table.id),
      results.map(({ id }) => id),
      returnFieldsByFieldId,
    );
    if (!mergeOn) return c.json({ records: made });
    const idsWhere = (created: boolean) =>
      results.filter((one) => one.created === created).map(({ id }) => id);
    return c.json({ records: made, createdRecords: idsWhere(true), updatedRecords: idsWhere(false) });
  });

  app.delete('/:table/:record', (c) => {
    const table = tableOf(c.req.param('table'));
    const id = c.req.param('record');
    if (!base.record(table.id, id)) throw new AirtableError(404, 'NOT_FOUND');
    base.destroy(table.id, id, PUBLIC_API);
    return c.json({ deleted: true, id });
  });

  app.delete('/:table', (c) => {
    const table = tableOf(c.req.param('table'));
    const query = new URL(c.req.url).searchParams;
    const ids = [...query].filter(([key]) => /^records(\[\d*\])?$/.test(key)).map(([, id]) => id);
    checkCount(ids.length, 'deleted');
    base.transaction((edit) => {
      for (const id of ids) edit.destroy(table.id, id);
    }, PUBLIC_API);
    return c.json({ records: ids.map((id) => ({ deleted: true, id })) });
  });

  function list(table: Table, query: URLSearchParams, body?: Readonly<Record<string, unknown>>): unknown {
    const parameters = parseListParameters(query, body);
    const only = parameters.fields?.map((name) => requireField(table, name).id);
    const nameOf = parameters.cellFormat === 'string' ? base.nameOf.bind(base) : undefined;
    const page = lister.list(table, parameters);
    return {
      records: page.records.map((record) =>
        presentRecord(table, record, { byId: parameters.returnFieldsByFieldId, only, nameOf }),
      ),
      ...(page.offset === undefined ? {} : { offset: page.offset }),
    };
  }

  return app;
}

function write(
  edit: Transaction,
  table: Table,
  id: unknown,
  fields: Fields,
  mergeOn: readonly string[] | undefined,
  options: { typecast: boolean; replace: boolean },
): { id: string; created: boolean } {
  if (mergeOn && id === undefined) return upsert(edit, table.id, fields, mergeOn, options);
  if (typeof id !== 'string' || !/^rec[A-Za-z0-9]{14}$/.test(id)) {
    throw new AirtableError(
      422,
      'INVALID_RECORD_ID',
      `Value ${JSON.stringify(id) ?? 'undefined'} is not a valid record ID.`,
    );
  }
  edit.update(table.id, id, fields, options);
  return { id, created: false };
}
