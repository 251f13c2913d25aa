import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { z } from 'zod';
import type { Change } from '../records/record-changes.ts';
import { requestBody } from '../routes/request-body.ts';
import type { SimulatedBase } from '../simulated-base.ts';
import type { GridChange, GridData } from './grid-data.ts';
import { gridPage } from './grid-page.ts';

const cellSchema = z.strictObject({
  table: z.string(),
  record: z.string(),
  field: z.string(),
  value: z.unknown(),
});
const createSchema = z.strictObject({ table: z.string() });
const recordSchema = z.strictObject({ table: z.string(), record: z.string() });

/** The base as an editable page. What it changes is told to webhooks as a person's edit. */
export function gridRoutes(base: SimulatedBase, streamEnd: () => AbortSignal): Hono {
  const app = new Hono();

  app.use('*', async (c, next) => {
    await next();
    c.header('content-security-policy', "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'");
    c.header('cache-control', 'no-store');
  });

  app.get('/', (c) => c.html(gridPage(base)));

  app.get('/_grid/style.css', (c) => c.body(asset('style.css'), 200, { 'content-type': 'text/css' }));

  app.get('/_grid/:module{[a-z-]+\\.ts}', (c) => {
    const source = asset(`browser/${c.req.param('module')}`);
    return c.body(withoutTypes(source), 200, { 'content-type': 'text/javascript' });
  });

  app.get('/_grid/base', (c) => {
    const records = base.tables.map((table): [string, GridData['records'][string]] => [
      table.id,
      base.records(table.id).map(({ id, cells }) => [id, cells]),
    ]);
    return c.json({ tables: base.tables, records: Object.fromEntries(records) } satisfies GridData);
  });

  app.post('/_grid/cell', async (c) => {
    const { table, record, field, value } = cellSchema.parse(await requestBody(c));
    base.update(table, record, { [field]: value });
    return c.json({});
  });

  // As in Airtable, a record made in the grid starts empty and is filled cell by cell.
  app.post('/_grid/create', async (c) =>
    c.json({ id: base.create(createSchema.parse(await requestBody(c)).table) }),
  );

  app.post('/_grid/destroy', async (c) => {
    const { table, record } = recordSchema.parse(await requestBody(c));
    base.destroy(table, record);
    return c.json({});
  });

  app.post('/_grid/restore', async (c) => {
    const { table, record } = recordSchema.parse(await requestBody(c));
    base.restore(table, record);
    return c.json({});
  });

  app.get('/_grid/changes', (c) =>
    streamSSE(c, async (stream) => {
      const stop = base.onChange(
        (change) => void stream.writeSSE({ data: JSON.stringify(gridChange(change)) }),
      );
      await stream.writeSSE({ event: 'ready', data: '' });
      await new Promise<void>((resolve) => {
        stream.onAbort(resolve);
        streamEnd().addEventListener('abort', () => resolve(), { once: true });
      });
      stop();
    }),
  );

  return app;
}

function gridChange(change: Change): GridChange {
  return {
    records: change.records.map((one) => [
      one.tableId,
      one.recordId,
      one.kind === 'destroyed' ? null : one.after.cells,
    ]),
    schemaChanged: change.schema.length > 0,
  };
}

function asset(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function withoutTypes(source: string): string {
  const emitWarning = process.emitWarning.bind(process);
  // Node runs this very file by the same function: its note that the call is experimental helps nobody here.
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
