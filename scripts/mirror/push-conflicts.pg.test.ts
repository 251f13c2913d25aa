import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActingMirror, type ActingMirror } from './testing/acting-mirror.ts';

let mirror: ActingMirror;
beforeEach(async () => {
  mirror = await createActingMirror();
});
afterEach(() => mirror[Symbol.asyncDispose]());

describe('both sides at once', () => {
  test.each(['the log tells first', 'the push looks first'])(
    '%s: the newer there wins its field, the rest goes through',
    async (order) => {
      const { record, row } = await mirror.addSignal();
      await mirror.edit(
        'signals',
        row,
        { title: 'Mine', pain_points: 'Leaks' },
        { title: 'Pipes', pain_points: null },
      );
      mirror.simulator.base.update('Signals', record, { Title: 'Theirs' });
      if (order === 'the log tells first') {
        await mirror.ping();
        expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Theirs' }]);
      }
      await mirror.post('/push');
      await mirror.ping();
      expect([mirror.cell(record, 'Title'), mirror.cell(record, 'Pain points')]).toEqual(['Theirs', 'Leaks']);
      expect(await mirror.sql`select title, pain_points from signals`).toEqual([
        { title: 'Theirs', pain_points: 'Leaks' },
      ]);
      expect(await mirror.states()).toEqual(['superseded']);
      const [told, ...others] = await mirror.toldOf(mirror.owner);
      expect(others).toEqual([]);
      expect(told).toMatchObject({ kind: 'write:superseded', entity: 'signal', entity_id: row });
      expect(told!.body).toContain('yours “Mine”, theirs “Theirs”, before “Pipes”');
      await mirror.act('retry_push', {
        ids: (await mirror.sql`select id from airtable.outbox`).map(({ id }) => id as string),
      });
      await mirror.post('/push');
      expect(mirror.cell(record, 'Title')).toBe('Mine');
    },
  );

  test('the same value → done, and not written', async () => {
    const { record, row } = await mirror.addSignal();
    mirror.simulator.base.update('Signals', record, { Title: 'Same' });
    await mirror.edit('signals', row, { title: 'Same' }, { title: 'Pipes' });
    await mirror.post('/push');
    await mirror.ping();
    expect(await mirror.states()).toEqual(['done']);
    expect(await mirror.toldOf(mirror.owner)).toEqual([]);
  });

  test('a scan in between does not take the change back', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.post('/backfill');
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Mine' }]);
    await mirror.post('/push');
    await mirror.post('/backfill');
    expect([mirror.cell(record, 'Title'), await mirror.sql`select title from signals`]).toEqual([
      'Mine',
      [{ title: 'Mine' }],
    ]);
  });

  test('sent, then changed there, told in one page → theirs stands, and nobody is told of a loss', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.post('/push');
    mirror.simulator.base.update('Signals', record, { Title: 'Pipes' });
    await mirror.ping();
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Pipes' }]);
    expect([await mirror.states(), await mirror.toldOf(mirror.owner)]).toEqual([['done'], []]);
  });

  test('edit after edit → at most one write each, and none comes back', async () => {
    const { record, row } = await mirror.addSignal({ Title: '0' });
    const writes: number[] = [];
    const original = { ...mirror.options.records };
    mirror.options.records.writeRecords = (...call) => {
      writes.push(call[2].length);
      return original.writeRecords(...call);
    };
    for (let n = 0; n < 5; n++) await mirror.edit('signals', row, { title: `${n + 1}` }, { title: `${n}` });
    await mirror.post('/push');
    expect(writes).toEqual([1]);
    await mirror.edit('signals', row, { title: '6' }, { title: '5' });
    await mirror.post('/push');
    for (let n = 0; n < 3; n++) {
      await mirror.ping();
      await mirror.post('/push');
    }
    expect(writes).toEqual([1, 1]);
    expect([mirror.cell(record, 'Title'), new Set(await mirror.states())]).toEqual(['6', new Set(['done'])]);
  });
});

describe('what is read while a change is on its way', () => {
  test('the newer value there is shown at once, before the record is read again', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    mirror.simulator.base.update('Signals', record, { Title: 'Theirs' });
    mirror.options.reader.basesToRead = () => Promise.resolve([]);
    await mirror.post('/push');
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Theirs' }]);
  });

  test('an answer from before what was sent just now → the next change goes through all the same', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'One' }, { title: 'Pipes' });
    await mirror.post('/push');
    await mirror.edit('signals', row, { title: 'Two' }, { title: 'One' });
    const original = { ...mirror.options.records };
    mirror.options.records.readRecords = async (...call) =>
      (await original.readRecords(...call)).map((read) => ({
        ...read,
        fields: Object.fromEntries(
          Object.entries(read.fields).map(([id, cell]) => [id, cell === 'One' ? 'Pipes' : cell]),
        ),
      }));
    await mirror.post('/push');
    expect(mirror.cell(record, 'Title')).toBe('Two');
    Object.assign(mirror.options.records, original);
    await mirror.ping();
    expect([await mirror.states(), await mirror.toldOf(mirror.owner)]).toEqual([['done', 'done'], []]);
  });

  test('a snapshot between the look and the write → decides nothing', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const original = { ...mirror.options.records };
    mirror.options.records.writeRecords = async (...call) => {
      Object.assign(mirror.options.records, original);
      mirror.simulator.base.update('Signals', record, { Title: 'In between' });
      await mirror.post('/automation', {
        baseId: mirror.baseId,
        tableId: mirror.tableId('Signals'),
        recordIds: [record],
      });
      return original.writeRecords(...call);
    };
    await mirror.post('/push');
    await mirror.ping();
    expect(mirror.cell(record, 'Title')).toBe('Mine');
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Mine' }]);
    expect([await mirror.states(), await mirror.toldOf(mirror.owner)]).toEqual([['done'], []]);
  });

  test('a value that Airtable keeps otherwise → the row has Airtable’s, and its echo ends the entry', async () => {
    const call = mirror.simulator.base.create('Interactions', { Kind: 'Call' });
    await mirror.ping();
    await mirror.sql`update interactions set occurred_at = '2026-01-02T03:04:05.678901Z'`;
    await mirror.post('/push');
    expect(mirror.cell(call, 'Occurred at', 'Interactions')).toBe('2026-01-02T03:04:05.678Z');
    const kept = () => mirror.sql`select occurred_at::text like '%05.678+00' as kept from interactions`;
    expect(await kept()).toEqual([{ kept: true }]);
    await mirror.ping();
    expect([await mirror.states(), await kept()]).toEqual([['done'], [{ kept: true }]]);
  });

  test.each(['as it was sent', 'as somebody has changed it since'])(
    'no echo comes for a minute → the record is read, %s, and the entry ends',
    async (there) => {
      const { record, row } = await mirror.addSignal();
      await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
      await mirror.post('/push');
      const later = there === 'as it was sent' ? 'Mine' : 'Later';
      if (later === 'Later') mirror.simulator.base.update('Signals', record, { Title: later });
      await mirror.sql`update airtable.outbox set sent_at = sent_at - interval '2 minutes'`;
      await mirror.sql`update airtable.touches set touched_at = touched_at - interval '2 minutes'`;
      await mirror.post('/push');
      expect(await mirror.states()).toEqual(['done']);
      expect(await mirror.sql`select title from signals`).toEqual([{ title: later }]);
    },
  );
});
