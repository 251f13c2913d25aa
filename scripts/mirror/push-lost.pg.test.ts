import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActingMirror, type ActingMirror } from './testing/acting-mirror.ts';

let mirror: ActingMirror;
beforeEach(async () => {
  mirror = await createActingMirror();
});
afterEach(() => mirror[Symbol.asyncDispose]());

const ends = () => mirror.sql`select state, open, error from airtable.outbox order by id`;
const parked = { state: 'parked', open: false, error: 'The row was deleted here' };

/** As somebody with the database's own rights does. */
const deleteRows = (table = 'signals'): Promise<unknown> => mirror.sql`delete from ${mirror.sql(table)}`;

describe('a row that SQL deletes', () => {
  test('with a change that waits → ended with that reason, and Airtable keeps what it has', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await deleteRows();
    await mirror.post('/push');
    expect(await ends()).toEqual([parked]);
    expect(mirror.cell(record, 'Title')).toBe('Pipes');
    expect(await mirror.toldOf(mirror.owner)).toMatchObject([
      { kind: 'write:refused', body: expect.stringContaining('The row was deleted here') as string },
    ]);
  });

  test('with a change that waits for an hour → ended with the next push of the base', async () => {
    const one = await mirror.addSignal();
    await mirror.edit('signals', one.row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.sql`update airtable.outbox set state = 'parked', not_before = now() + interval '1 hour', error = 'The quota'`;
    await deleteRows();
    const other = await mirror.addSignal();
    await mirror.edit('signals', other.row, { title: 'Other' }, { title: 'Pipes' });
    await mirror.post('/push');
    await mirror.ping();
    expect(await ends()).toEqual([parked, { state: 'done', open: false, error: null }]);
  });

  test('while a change of it is being sent → nothing stays open', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const original = { ...mirror.options.records };
    mirror.options.records.writeRecords = async (...call) => {
      const written = await original.writeRecords(...call);
      await deleteRows();
      return written;
    };
    await mirror.post('/push');
    expect(mirror.cell(record, 'Title')).toBe('Mine');
    await mirror.sql`update airtable.outbox set sent_at = sent_at - interval '2 minutes'`;
    await mirror.post('/push');
    expect(await ends()).toEqual([{ state: 'done', open: false, error: null }]);
  });

  test('before its record was made → never made', async () => {
    await mirror.sql`insert into connections (notes) values ('Here')`;
    await deleteRows('connections');
    await mirror.post('/push');
    expect(await ends()).toEqual([parked]);
    expect(mirror.simulator.base.records('Connections')).toEqual([]);
  });

  test('or marks as deleted before its record was made → never made', async () => {
    await mirror.sql`insert into connections (notes) values ('Here')`;
    await mirror.sql`update connections set deleted_at = now()`;
    await mirror.post('/push');
    expect(await ends()).toEqual([parked]);
    expect(mirror.simulator.base.records('Connections')).toEqual([]);
  });
});
