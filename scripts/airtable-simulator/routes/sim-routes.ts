import { Hono } from 'hono';
import { z } from 'zod';
import { faultsSchema, type Faults } from '../faults.ts';
import type { RateLimiter } from '../rate-limiter.ts';
import type { RecordLister } from '../records/list-records.ts';
import { destroyChoice, renameChoice } from '../records/choice-edits.ts';
import {
  changeField,
  createField,
  createTable,
  destroyField,
  destroyTable,
  renameTable,
} from '../records/schema-edits.ts';
import type { SimulatedBase } from '../simulated-base.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { requestBody } from './request-body.ts';

const plainType = z.enum([
  'singleLineText',
  'multilineText',
  'singleSelect',
  'checkbox',
  'dateTime',
  'email',
  'number',
  'phoneNumber',
  'url',
]);
const bulkSchema = z.strictObject({
  table: z.string(),
  /** How many records, in the order of creation. */
  count: z.int().min(1).max(100_000),
  fields: z.record(z.string(), z.unknown()),
  /** Several values for one field, dealt out in turn. */
  cycle: z.record(z.string(), z.array(z.unknown()).min(1)).default({}),
});
const oneChoice = { table: z.string(), field: z.string(), choice: z.string() };
/** Exactly one of these edits of the schema. */
const schemaEditSchema = z.discriminatedUnion('edit', [
  z.strictObject({ edit: z.literal('rename field'), table: z.string(), field: z.string(), name: z.string() }),
  z.strictObject({ edit: z.literal('retype field'), table: z.string(), field: z.string(), type: plainType }),
  z.strictObject({ edit: z.literal('create field'), table: z.string(), name: z.string(), type: plainType }),
  z.strictObject({ edit: z.literal('destroy field'), table: z.string(), field: z.string() }),
  z.strictObject({ edit: z.literal('rename choice'), ...oneChoice, name: z.string() }),
  z.strictObject({ edit: z.literal('destroy choice'), ...oneChoice }),
  z.strictObject({ edit: z.literal('rename table'), table: z.string(), name: z.string() }),
  z.strictObject({ edit: z.literal('create table'), name: z.string() }),
  z.strictObject({ edit: z.literal('destroy table'), table: z.string() }),
]);
/** A word to say, so that an empty post from elsewhere resets nothing. */
const resetSchema = z.strictObject({ to: z.literal('seed') });
const trimSchema = z.strictObject({ keep: z.int().min(0).default(0) });
const killSchema = z.strictObject({ code: z.string().default('INTERNAL_ERROR') });

export interface SimParts {
  base: SimulatedBase;
  lister: RecordLister;
  webhooks: Webhooks;
  faults: Faults;
  limiter: RateLimiter;
  now: () => number;
  transactionNumber: () => number;
  /** The base as it was when new, without webhooks. */
  reset: () => void;
}

/** `/_sim/…`: looks behind the curtain, and makes things go wrong. Only JSON is taken, so no other web page can post here. */
export function simRoutes(parts: SimParts): Hono {
  const { base, lister, webhooks, faults, limiter, now, transactionNumber, reset } = parts;
  const app = new Hono();

  app.get('/state', (c) =>
    c.json({
      now: new Date(now()).toISOString(),
      transactionNumber: transactionNumber(),
      tables: base.tables.map(({ id, name }) => ({ id, name, records: base.records(id).length })),
      webhooks: webhooks.list().map(({ macSecretBase64: _secret, ...webhook }) => webhook),
      faults: faults.state,
    }),
  );

  app.post('/faults', async (c) => {
    faults.set(faultsSchema.parse(await requestBody(c)));
    return c.json(faults.state);
  });

  app.delete('/faults', (c) => {
    faults.reset();
    limiter.lift();
    return c.json(faults.state);
  });

  app.post('/rate-limit/stop', (c) => {
    limiter.stop();
    return c.json({});
  });

  app.post('/reset', async (c) => {
    resetSchema.parse(await requestBody(c));
    lister.expire();
    faults.reset();
    limiter.lift();
    reset();
    return c.json({});
  });

  app.post('/iterators/expire', (c) => {
    lister.expire();
    return c.json({});
  });

  app.post('/webhooks/:id/expire', (c) => {
    webhooks.update(c.req.param('id'), { expiresAt: now() });
    return c.json({});
  });

  app.post('/webhooks/:id/disable', (c) => {
    webhooks.update(c.req.param('id'), { areNotificationsEnabled: false });
    return c.json({});
  });

  app.post('/webhooks/:id/trim', async (c) => {
    webhooks.trim(c.req.param('id'), trimSchema.parse(await requestBody(c)).keep);
    return c.json({});
  });

  app.post('/webhooks/:id/kill', async (c) => {
    webhooks.kill(c.req.param('id'), killSchema.parse(await requestBody(c)).code);
    return c.json({});
  });

  app.post('/bulk', async (c) => {
    const { table, count, fields, cycle } = bulkSchema.parse(await requestBody(c));
    const records = base.records(table).slice(0, count);
    base.bulkUpdate(
      table,
      records.map(({ id }, index) => {
        const dealt: Record<string, unknown> = {};
        for (const [name, values] of Object.entries(cycle)) dealt[name] = values[index % values.length];
        return { id, fields: { ...fields, ...dealt } };
      }),
    );
    return c.json({ records: records.length });
  });

  app.post('/schema', async (c) => {
    const input = schemaEditSchema.parse(await requestBody(c));
    base.transaction((edit) => {
      switch (input.edit) {
        case 'rename field':
          return changeField(edit, input.table, input.field, { name: input.name });
        case 'retype field':
          return changeField(edit, input.table, input.field, { type: input.type });
        case 'create field':
          return createField(edit, input.table, input.name, input.type);
        case 'destroy field':
          return destroyField(edit, input.table, input.field);
        case 'rename choice':
          return renameChoice(edit, input.table, input.field, input.choice, input.name);
        case 'destroy choice':
          return destroyChoice(edit, input.table, input.field, input.choice);
        case 'rename table':
          return renameTable(edit, input.table, input.name);
        case 'create table':
          return createTable(edit, input.name);
        case 'destroy table':
          return destroyTable(edit, input.table);
      }
    });
    return c.json({});
  });

  return app;
}
