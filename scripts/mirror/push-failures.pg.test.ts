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
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Mine' }]);
    await mirror.sql`update airtable.outbox set not_before = now()`;
    await mirror.post('/push');
    await mirror.ping();
    expect([mirror.cell(record, 'Title'), await mirror.states()]).toEqual(['Mine', ['done']]);
  });

  test('one call too many → a pause, then it goes on', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.faults({ failNext: { count: 2, status: 429, path: '/tbl' } });
    await mirror.post('/push');
    expect(mirror.cell(record, 'Title')).toBe('Mine');
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
});
