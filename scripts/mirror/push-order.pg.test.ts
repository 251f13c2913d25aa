import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActingMirror, type ActingMirror } from './testing/acting-mirror.ts';

let mirror: ActingMirror;
beforeEach(async () => {
  mirror = await createActingMirror();
});
afterEach(() => mirror[Symbol.asyncDispose]());

const wait = (entry: string): Promise<unknown> =>
  mirror.sql`update airtable.outbox set not_before = now() + interval '1 hour' where id = ${entry}`;
const due = (): Promise<unknown> => mirror.sql`update airtable.outbox set not_before = now()`;

describe('who pushes a base', () => {
  test('and has lost the lease to another → writes nothing', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const original = { ...mirror.options.records };
    mirror.options.records.readRecords = async (...call) => {
      await mirror.sql`update airtable.readers set holder = ${randomUUID()} where base_id like 'push %'`;
      return original.readRecords(...call);
    };
    const answer = (await (await mirror.post('/push')).json()) as Record<string, { state: string }>;
    expect(JSON.stringify(answer)).toContain('"held"');
    expect(mirror.cell(record, 'Title')).toBe('Pipes');
    expect(await mirror.states()).toEqual(['sending']);
  });
});

describe('the changes of one record', () => {
  test('of which the first has to wait → the later ones wait behind it', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'One' }, { title: 'Pipes' });
    await mirror.edit('signals', row, { urgency: 'high' }, { urgency: 'low' });
    const [first] = await mirror.entries();
    await wait(first!);
    expect((await mirror.post('/push')).status).toBe(200);
    expect(mirror.log.filter(({ level }) => level !== 'info')).toEqual([]);
    expect([mirror.cell(record, 'Title'), mirror.cell(record, 'Urgency')]).toEqual(['Pipes', 'Low']);
    expect(await mirror.states()).toEqual(['pending', 'pending']);
    await due();
    await mirror.post('/push');
    expect([mirror.cell(record, 'Title'), mirror.cell(record, 'Urgency')]).toEqual(['One', 'High']);
  });

  test('that wait → do not keep another record waiting, nor go along with it', async () => {
    const one = await mirror.addSignal();
    const other = await mirror.addSignal();
    await mirror.edit('signals', one.row, { title: 'One' }, { title: 'Pipes' });
    await mirror.edit('signals', other.row, { title: 'Other' }, { title: 'Pipes' });
    await mirror.edit('signals', one.row, { urgency: 'high' }, { urgency: 'low' });
    const [first] = await mirror.entries();
    await wait(first!);
    await mirror.post('/push');
    expect([mirror.cell(one.record, 'Title'), mirror.cell(one.record, 'Urgency')]).toEqual(['Pipes', 'Low']);
    expect(mirror.cell(other.record, 'Title')).toBe('Other');
  });

  test('by two people → each is told of their own', async () => {
    const { record, row } = await mirror.addSignal();
    const ada = await mirror.addAdmin('west', 'south', 'midwest', 'northeast');
    const city = mirror.simulator.base.create('Organizations', { Name: 'Mesa', Region: 'West' });
    mirror.simulator.base.update('Signals', record, { Organization: [city] });
    await mirror.ping();
    await mirror.edit('signals', row, { title: 'One' }, { title: 'Pipes' });
    await mirror.as(ada, 'edit_record', {
      entity: 'signals',
      id: row,
      changes: { title: 'Two' },
      base: { title: 'One' },
    });
    mirror.simulator.base.update('Signals', record, { Title: 'Theirs' });
    await mirror.post('/push');
    await mirror.ping();
    expect(mirror.cell(record, 'Title')).toBe('Theirs');
    expect(await mirror.states()).toEqual(['superseded', 'superseded']);
    expect(await mirror.toldOf(mirror.owner)).toMatchObject([
      { body: expect.stringContaining('yours “One”, theirs “Theirs”, before “Pipes”') as string },
    ]);
    expect(await mirror.toldOf(ada)).toMatchObject([
      { body: expect.stringContaining('yours “Two”') as string },
    ]);
  });
});

test('a link to a record that is not made yet → waits until it is', async () => {
  const call = mirror.simulator.base.create('Interactions', { Kind: 'Call' });
  await mirror.ping();
  await mirror.sql`insert into connections (notes) values ('Here')`;
  const [making] = await mirror.entries();
  await wait(making!);
  await mirror.sql`update interactions set connection_id = (select id from connections)`;
  await mirror.post('/push');
  expect(await mirror.sql`select state, error from airtable.outbox where not creation`).toEqual([
    { state: 'pending', error: expect.stringContaining('until the record that it links to') as string },
  ]);
  await due();
  await mirror.post('/push');
  await mirror.ping();
  const [connection] = mirror.simulator.base.records('Connections');
  expect(mirror.cell(call, 'Connection', 'Interactions')).toEqual([connection!.id]);
  expect(await mirror.states()).toEqual(['done', 'done']);
});
