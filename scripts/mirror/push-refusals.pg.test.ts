import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActingMirror, type ActingMirror } from './testing/acting-mirror.ts';

let mirror: ActingMirror;
beforeEach(async () => {
  mirror = await createActingMirror();
});
afterEach(() => mirror[Symbol.asyncDispose]());

describe('what Airtable refuses', () => {
  test('an unknown choice → parked with its words, the field back, the rest through', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.sim('schema', {
      edit: 'destroy choice',
      table: 'Signals',
      field: 'Urgency',
      choice: 'High',
    });
    await mirror.edit('signals', row, { title: 'Mine', urgency: 'high' }, { title: 'Pipes', urgency: 'low' });
    await mirror.post('/push');
    await mirror.ping();
    expect([mirror.cell(record, 'Title'), mirror.cell(record, 'Urgency')]).toEqual(['Mine', 'Low']);
    expect(await mirror.sql`select title, urgency from signals`).toEqual([{ title: 'Mine', urgency: 'low' }]);
    expect(await mirror.sql`select state, rolled_back, error from airtable.outbox`).toEqual([
      { state: 'parked', rolled_back: true, error: expect.stringContaining('select option') as string },
    ]);
    expect(await mirror.toldOf(mirror.owner)).toMatchObject([
      { kind: 'write:refused', entity: 'signal', entity_id: row },
    ]);
  });

  test('one record of ten → the other nine are written', async () => {
    const records = Array.from({ length: 10 }, (_, n) =>
      mirror.simulator.base.create('Signals', { Title: `${n}` }),
    );
    await mirror.ping();
    await mirror.sql`update signals set title = title || '!'`;
    const original = { ...mirror.options.outbox };
    mirror.options.outbox.decide = async (...call) => {
      const sends = await original.decide(...call);
      // After it was looked at, before it is written.
      if (mirror.simulator.base.record('Signals', records[3]!))
        mirror.simulator.base.destroy('Signals', records[3]!);
      return sends;
    };
    await mirror.post('/push');
    await mirror.ping();
    expect(
      mirror.simulator.base
        .records('Signals')
        .every(({ id }) => String(mirror.cell(id, 'Title')).endsWith('!')),
    ).toBe(true);
    expect((await mirror.states()).sort()).toEqual([...Array.from({ length: 9 }, () => 'done'), 'parked']);
  });

  test('a record that was deleted → refused, and the row goes', async () => {
    const { record, row } = await mirror.addSignal();
    mirror.simulator.base.destroy('Signals', record);
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.post('/push');
    await mirror.ping();
    expect(await mirror.states()).toEqual(['parked']);
    expect(await mirror.sql`select from signals where deleted_at is null`).toHaveLength(0);
  });

  test('a token that may not write → refused in its words, and rolled back', async () => {
    const { row } = await mirror.addSignal();
    await mirror.faults({ scopes: ['data.records:read', 'schema.bases:read', 'webhook:manage'] });
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.post('/push');
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Pipes' }]);
    expect(await mirror.states()).toEqual(['parked']);
  });

  test('a field that goes before it is sent → refused, and the column as it was', async () => {
    const { row } = await mirror.addSignal({ 'Pain points': 'Leaks' });
    await mirror.edit('signals', row, { pain_points: 'Mine' }, { pain_points: 'Leaks' });
    await mirror.sim('schema', { edit: 'destroy field', table: 'Signals', field: 'Pain points' });
    await mirror.post('/push');
    await mirror.ping();
    await mirror.post('/push');
    expect(await mirror.states()).toEqual(['parked']);
    expect(await mirror.sql`select pain_points from signals`).toEqual([{ pain_points: 'Leaks' }]);
  });

  test.each([400, 403, 404, 413, 422])(
    'a write that answers %s → refused, and rolled back',
    async (status) => {
      const { record, row } = await mirror.addSignal();
      await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
      const original = { ...mirror.options.records };
      mirror.options.records.writeRecords = async (...call) => {
        await mirror.faults({ failNext: { count: 1, status, path: '/tbl' } });
        return original.writeRecords(...call);
      };
      await mirror.post('/push');
      expect(await mirror.states()).toEqual(['parked']);
      expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Pipes' }]);
      expect(mirror.cell(record, 'Title')).toBe('Pipes');
    },
  );
});
