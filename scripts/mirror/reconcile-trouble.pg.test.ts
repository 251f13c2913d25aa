import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestMirror, type TestMirror } from './testing/test-mirror.ts';

let mirror: TestMirror;
beforeEach(async () => {
  mirror = await createTestMirror();
});
afterEach(() => mirror[Symbol.asyncDispose]());

interface Report {
  state: string;
  identical: boolean;
  different: number;
  error: string | null;
  tables: { table: string; state: string; skipped: string[] | null }[];
}

async function reconcile(): Promise<Report> {
  const { runId } = (await (await mirror.post('/reconcile')).json()) as { runId: string };
  const [row] = await mirror.sql<
    { report: Report }[]
  >`select airtable.reconcile_progress(${runId}) as report`;
  return row!.report;
}

/** In the middle of the signals: once their first page was read. */
function afterTheFirstPage(strike: () => unknown): void {
  const original = { ...mirror.options.records };
  mirror.options.records.listRecords = async (...call) => {
    const page = await original.listRecords(...call);
    if (call[1] === mirror.tableId('Signals')) {
      Object.assign(mirror.options.records, original);
      await strike();
    }
    return page;
  };
}

async function fill(count: number): Promise<string[]> {
  const ids: string[] = [];
  mirror.simulator.base.transaction((edit) => {
    for (let n = 0; n < count; n++) ids.push(edit.create('Signals', { Title: `T${n}`, Urgency: 'Low' }));
  });
  await mirror.ping();
  return ids;
}

test('an iterator that dies in the middle → the table is read from its first page, and nothing is missing', async () => {
  await fill(250);
  afterTheFirstPage(() => mirror.sim('iterators/expire'));
  expect(await reconcile()).toMatchObject({ state: 'succeeded', identical: true });
  expect(await mirror.sql`select restarts from airtable.reconciliations where restarts > 0`).toEqual([
    { restarts: 1 },
  ]);
});

test('a field that goes in the middle → left out from then on', async () => {
  await fill(250);
  afterTheFirstPage(() =>
    mirror.sim('schema', { edit: 'destroy field', table: 'Signals', field: 'Urgency' }),
  );
  const report = await reconcile();
  expect(report).toMatchObject({ state: 'succeeded', identical: true });
  expect(report.tables.find(({ table }) => table === 'signals')!.skipped).toEqual(['urgency']);
});

test('a table that goes in the middle → that one could not be compared, the others were', async () => {
  await fill(250);
  afterTheFirstPage(() => mirror.sim('schema', { edit: 'destroy table', table: 'Interactions' }));
  const report = await reconcile();
  expect(report).toMatchObject({
    state: 'failed',
    identical: false,
    error: expect.stringContaining('interactions: ') as string,
  });
  expect(report.tables.filter(({ state }) => state === 'failed').map(({ table }) => table)).toEqual([
    'interactions',
  ]);
});

test('a table that goes while it is asked for → the same, in Airtable’s words', async () => {
  const original = { ...mirror.options.records };
  mirror.options.records.listRecords = async (...call) => {
    if (call[1] === interactions)
      await mirror.sim('schema', { edit: 'destroy table', table: 'Interactions' });
    return original.listRecords(...call);
  };
  const interactions = mirror.tableId('Interactions');
  expect(await reconcile()).toMatchObject({
    state: 'failed',
    identical: false,
    error: expect.stringContaining('Airtable does not show the table') as string,
  });
});

test('an edit that the log has and nobody has read → no difference: the log is read first', async () => {
  const [id] = await fill(3);
  const original = { ...mirror.options.records };
  mirror.options.records.listRecords = async (...call) => {
    mirror.simulator.base.update('Signals', id!, { Title: 'Not told yet' });
    Object.assign(mirror.options.records, original);
    return original.listRecords(...call);
  };
  expect(await reconcile()).toMatchObject({ state: 'succeeded', identical: true, different: 0 });
});
