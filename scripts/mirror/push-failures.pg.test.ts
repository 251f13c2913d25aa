import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActingMirror, type ActingMirror } from './testing/acting-mirror.ts';

let mirror: ActingMirror;
beforeEach(async () => {
  mirror = await createActingMirror();
});
afterEach(() => mirror[Symbol.asyncDispose]());

describe('calls that fail', () => {
  test.each([500, 503, 'lose answer', 'reset', 'truncate'])('%s → tried again, written once', async (how) => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const at = mirror.simulator.base.records('Signals').length;
    await mirror.faults({
      failNext: { count: 1, path: '/tbl', ...(typeof how === 'number' ? { status: how } : { how }) },
    });
    await mirror.post('/push');
    await mirror.ping();
    expect([
      mirror.cell(record, 'Title'),
      await mirror.states(),
      mirror.simulator.base.records('Signals').length,
    ]).toEqual(['Mine', ['done'], at]);
  });

  test('the month’s quota is used up → everything waits with the reason, and goes when it is back', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.faults({
      failNext: {
        count: 2,
        status: 429,
        body: { error: { type: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED' } },
        path: '/tbl',
      },
    });
    await mirror.post('/push');
    const [entry] = await mirror.sql`select state, rolled_back, error from airtable.outbox`;
    expect(entry).toMatchObject({ state: 'parked', rolled_back: false });
    expect(entry!.error).toContain('quota');
    expect(
      await mirror.sql`select not_before > now() + interval '50 minutes' as later from airtable.outbox`,
    ).toEqual([{ later: true }]);
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Mine' }]);
    await mirror.sql`update airtable.outbox set not_before = now()`;
    await mirror.post('/push');
    await mirror.ping();
    expect([mirror.cell(record, 'Title'), await mirror.states()]).toEqual(['Mine', ['done']]);
  });

  test.each(['read', 'write'])('one %s too many → a pause for everybody, then it goes on', async (call) => {
    await mirror[Symbol.asyncDispose]();
    mirror = await createActingMirror({ pauseMs: 1_000 });
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const original = { ...mirror.options.records };
    const tooMany = async (): Promise<void> => {
      Object.assign(mirror.options.records, original);
      await mirror.faults({ failNext: { count: 2, status: 429, path: '/tbl' } });
    };
    mirror.options.records.readRecords = async (...args) => {
      if (call === 'read') await tooMany();
      return original.readRecords(...args);
    };
    mirror.options.records.writeRecords = async (...args) => {
      if (call === 'write') await tooMany();
      return original.writeRecords(...args);
    };
    await mirror.post('/push');
    expect(mirror.cell(record, 'Title')).toBe('Mine');
    expect(await mirror.sql`select paused_until is not null as paused from airtable.rate_limits`).toEqual([
      { paused: true },
    ]);
  });

  test('killed between send and record → the next finds it there', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const original = { ...mirror.options.outbox };
    let writes = 0;
    const write = { ...mirror.options.records };
    mirror.options.records.writeRecords = (...call) => {
      writes += 1;
      return write.writeRecords(...call);
    };
    mirror.options.outbox.record = () => Promise.reject(new Error('killed'));
    mirror.options.outbox.release = () => Promise.reject(new Error('killed'));
    await mirror.post('/push');
    Object.assign(mirror.options.outbox, original);
    expect(await mirror.states()).toEqual(['sending']);
    await mirror.post('/push');
    await mirror.ping();
    expect([mirror.cell(record, 'Title'), await mirror.states(), writes]).toEqual(['Mine', ['done'], 1]);
  });

  test('killed before the send → the next sends it', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const [outbox, records] = [{ ...mirror.options.outbox }, { ...mirror.options.records }];
    mirror.options.records.readRecords = () => Promise.reject(new Error('killed'));
    mirror.options.outbox.release = () => Promise.reject(new Error('killed'));
    await mirror.post('/push');
    Object.assign(mirror.options.outbox, outbox);
    Object.assign(mirror.options.records, records);
    expect(await mirror.states()).toEqual(['sending']);
    await mirror.post('/push');
    expect(mirror.cell(record, 'Title')).toBe('Mine');
  });

  test('two pushes at once → one of them sends', async () => {
    const { row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    let writes = 0;
    const write = { ...mirror.options.records };
    mirror.options.records.writeRecords = (...call) => {
      writes += 1;
      return write.writeRecords(...call);
    };
    await Promise.all([mirror.post('/push'), mirror.post('/push')]);
    expect(writes).toBe(1);
  });

  test('a push that comes while one ends → its entry is sent by that one', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'One' }, { title: 'Pipes' });
    const original = { ...mirror.options.outbox };
    mirror.options.outbox.nextDueMs = async () => {
      Object.assign(mirror.options.outbox, original);
      await mirror.edit('signals', row, { title: 'Two' }, { title: 'One' });
      await mirror.post('/push');
      return undefined;
    };
    await mirror.post('/push');
    expect(mirror.cell(record, 'Title')).toBe('Two');
  });

  test('a write whose turn comes too late → not sent', async () => {
    const { record } = await mirror.addSignal();
    const field = mirror.simulator.base.table('Signals').fields.find(({ name }) => name === 'Title')!;
    const writes = mirror.options.records.writeRecords(
      mirror.baseId,
      mirror.tableId('Signals'),
      [{ id: record, fields: { [field.id]: 'Late' } }],
      { freshUntil: performance.now() - 1 },
    );
    await expect(writes).rejects.toThrow('too long');
    expect(mirror.cell(record, 'Title')).toBe('Pipes');
  });
});

test('a hundred changes at Airtable’s own limit → all written, and never a call too many', async () => {
  await mirror[Symbol.asyncDispose]();
  mirror = await createActingMirror({ rateLimit: true, callsPerSecond: 5 });
  const records = Array.from({ length: 100 }, (_, n) =>
    mirror.simulator.base.create('Signals', { Title: `${n}` }),
  );
  await mirror.ping();
  await mirror.sql`update signals set title = title || '!'`;
  await mirror.post('/push');
  expect(records.map((id) => mirror.cell(id, 'Title'))).toEqual(records.map((_, n) => `${n}!`));
  expect(await mirror.sql`select from airtable.rate_limits where paused_until is not null`).toEqual([]);
});
